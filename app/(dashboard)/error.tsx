"use client";

import { pageClass } from "@/components/shell/container";
import { ErrorPage } from "@/components/shell/error-page";

export default function DashboardError({ error }: { error: Error & { digest?: string } }) {
  return (
    <main id="content" className={pageClass}>
      <ErrorPage reference={error.digest} />
    </main>
  );
}
