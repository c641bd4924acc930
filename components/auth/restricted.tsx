"use client";

import { SupportContact } from "@/components/shell/support";
import { Button } from "@/components/ui/button";

/** Right credentials of somebody who is Restricted at every merchant: no session, and how to reach Support. */
export function Restricted({ onLeave }: { onLeave(): void }) {
  return (
    <div className="grid gap-5">
      <div>
        <h1 className="t-display">Your access is restricted</h1>
        <p className="mt-1.5 text-ink-2">You were logged out. With the role Restricted you may only contact Support.</p>
      </div>
      <dl className="rounded-sheet border border-line">
        <Fact name="Support">
          <SupportContact />
        </Fact>
        <Fact name="Tell them">your email, and the name of your merchant</Fact>
      </dl>
      <p className="text-ink-2">An Owner of the merchant can give you another role.</p>
      <Button size="wide" onClick={onLeave}>
        Use another account
      </Button>
    </div>
  );
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div className="grid grid-cols-[72px_minmax(0,1fr)] px-4 py-2.75 not-first:border-line not-first:border-t">
    <dt className="text-ink-3 text-small leading-[1.375rem]">{name}</dt>
    <dd className="wrap-anywhere">{children}</dd>
  </div>
);
