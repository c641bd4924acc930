"use client";

import { Bar } from "@/components/shell/bar";
import { ErrorPage } from "@/components/shell/error-page";
import { page } from "@/components/shell/wrap";

export default function AppError({ error }: { error: Error & { digest?: string } }) {
  return (
    <>
      <Bar />
      <main id="content" className={page}>
        <ErrorPage reference={error.digest} />
      </main>
    </>
  );
}
