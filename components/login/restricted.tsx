"use client";

import { SupportContact } from "@/components/shell/support";
import { Button } from "@/components/ui/button";
import { NewHeading } from "@/components/ui/heading";

/**
 * For correct credentials of a user who is Restricted at every merchant: there is no session, and
 * the page says how to reach Support.
 */
export function Restricted({ onLeave }: { onLeave(): void }) {
  return (
    <div className="grid gap-5">
      <div>
        <NewHeading className="type-display">Your access is restricted</NewHeading>
        <p className="mt-1.5 text-muted-foreground">
          Your role is Restricted: you cannot use the dashboard. Ask an Owner for another role, or contact Support.
        </p>
      </div>
      <dl className="rounded-card border border-border">
        <Fact name="Support">
          <SupportContact />
        </Fact>
        <Fact name="Tell them">your email, and the name of your merchant</Fact>
      </dl>
      <Button size="wide" onClick={onLeave}>
        Use another account
      </Button>
    </div>
  );
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div className="grid grid-cols-[72px_minmax(0,1fr)] px-4 py-2.75 not-first:border-border not-first:border-t">
    <dt className="text-subtle-foreground text-small leading-[1.375rem]">{name}</dt>
    <dd className="wrap-anywhere">{children}</dd>
  </div>
);
