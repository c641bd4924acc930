"use client";

import { ErrorPage } from "@/components/shell/error-page";
import { page } from "@/components/shell/wrap";

export default function DashboardError({ error }: { error: Error & { digest?: string } }) {
  return (
    <main id="content" className={page}>
      <ErrorPage reference={error.digest} />
    </main>
  );
}
