"use client";

import { Bar } from "@/components/shell/bar";
import { pageClass } from "@/components/shell/container";
import { ErrorPage } from "@/components/shell/error-page";

export default function AppError({ error }: { error: Error & { digest?: string } }) {
  return (
    <>
      <Bar />
      <main id="content" className={pageClass}>
        <ErrorPage reference={error.digest} />
      </main>
    </>
  );
}
