"use client";

import { Bar } from "@/components/shell/bar";
import { Fault } from "@/components/shell/fault";
import { page } from "@/components/shell/wrap";
import "./globals.css";

export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>This page could not be shown · Countersign</title>
        <Bar />
        <main id="content" className={page}>
          <Fault reference={error.digest} support={false} />
        </main>
      </body>
    </html>
  );
}
