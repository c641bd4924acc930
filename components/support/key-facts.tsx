import type { ReactNode } from "react";
import { KeyGroups } from "@/components/key-state/key-groups";
import { Sheet } from "@/components/ui/sheet";
import type { KeyDetails } from "@/lib/api-keys/reads/key";
import { KeyAddresses } from "./key-addresses";

/** What a key is. Support changes nothing of it. */
export const KeyFacts = ({ of }: { of: KeyDetails }) => (
  <Sheet labelledBy="key-facts" className="overflow-hidden">
    <h3 id="key-facts" className="sr-only">
      Facts
    </h3>
    <dl className="grid sm:grid-cols-3 sm:divide-x sm:divide-border">
      <Fact name="Key">
        <KeyGroups value={of.key} struck={of.state === "retired"} />
      </Fact>
      <Fact name="IP addresses">
        <KeyAddresses of={of} />
      </Fact>
      <FingerprintFact of={of} />
    </dl>
  </Sheet>
);

export const FingerprintFact = ({ of: { fingerprint } }: { of: { fingerprint: string | null } }) => (
  <Fact name="Fingerprint">
    {fingerprint ? (
      <span className="ip-address">{fingerprint}</span>
    ) : (
      <span className="text-muted-foreground">No secret key yet</span>
    )}
  </Fact>
);

export const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid content-start gap-0.5 px-4 py-2.5 not-first:border-border max-sm:not-first:border-t sm:px-5 sm:py-3">
    <dt className="text-subtle-foreground text-small">{name}</dt>
    <dd className="min-w-0 wrap-anywhere tabular-nums">{children}</dd>
  </div>
);
