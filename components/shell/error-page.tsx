"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { utc } from "@/components/ui/utc";
import { BUSY_DIGEST } from "@/lib/platform/db/database-busy";
import { MessagePage, TextActionList } from "./message-page";
import { SupportButton } from "./support";

/**
 * A page that failed to render. The server logs the reference next to the cause. The words do not
 * say that nothing was changed: the page before may have sent a change and got no answer.
 */
export function ErrorPage({ reference, support = true }: { reference: string | undefined; support?: boolean }) {
  const [at] = useState(() => new Date().toISOString());
  if (reference === BUSY_DIGEST) return <BusyFault />;
  return (
    <MessagePage title="This page could not be shown">
      <p className="text-muted-foreground">
        Something failed on our side. Reload to try again. If it fails again, give Support this reference.
      </p>
      <dl className="flex flex-wrap items-baseline gap-x-3.5 gap-y-0.5 rounded-card border border-border bg-surface px-4 py-3">
        <dt className="text-subtle-foreground text-small">Reference</dt>
        <dd className="font-mono text-label">{reference ?? "none"}</dd>
        <dd className="text-subtle-foreground text-label tabular-nums" suppressHydrationWarning>
          {utc(at, "date")}, {utc(at, "seconds")}
        </dd>
      </dl>
      <TextActionList>
        <Button variant="primary" size="page" onClick={() => location.reload()}>
          Reload
        </Button>
        {support && <SupportButton />}
      </TextActionList>
    </MessagePage>
  );
}

/** The database was too busy to read the page. This says nothing about changes sent before. */
const BusyFault = () => (
  <MessagePage title="Busy">
    <p className="text-muted-foreground">This page could not be read just now. Wait a moment, then try again.</p>
    <TextActionList>
      <Button variant="primary" size="page" onClick={() => location.reload()}>
        Try again
      </Button>
    </TextActionList>
  </MessagePage>
);
