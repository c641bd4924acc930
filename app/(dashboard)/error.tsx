"use client";

import { Fault } from "@/components/shell/fault";
import { page } from "@/components/shell/wrap";

export default function DashboardError({ error }: { error: Error & { digest?: string } }) {
  return (
    <main id="content" className={page}>
      <Fault reference={error.digest} />
    </main>
  );
}
