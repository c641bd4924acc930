"use client";

import { Bar } from "@/components/shell/bar";
import { Fault } from "@/components/shell/fault";
import { page } from "@/components/shell/wrap";

export default function AppError({ error }: { error: Error & { digest?: string } }) {
  return (
    <>
      <Bar />
      <main id="content" className={page}>
        <Fault reference={error.digest} />
      </main>
    </>
  );
}
