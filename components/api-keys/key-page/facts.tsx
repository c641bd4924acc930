"use client";

import { Pencil } from "lucide-react";
import type { ReactNode } from "react";
import { useDialogHost } from "@/components/forms/dialog-host";
import { KeyGroups } from "@/components/key-state/key-groups";
import { Chip, moreLinkClass } from "@/components/ui/chip";
import { CopyButton } from "@/components/ui/copy-button";
import { IconButton } from "@/components/ui/icon-button";
import { MoreAddresses } from "@/components/ui/more-addresses";
import { Sheet } from "@/components/ui/sheet";
import type { KeyDetails } from "@/lib/api-keys/reads/key";

/**
 * What the key is: its text, its secret's fingerprint, and the addresses it accepts requests from.
 */
export function KeyFacts({ of }: { of: KeyDetails }) {
  const { open } = useDialogHost();
  const { number, key, fingerprint, state } = of;
  return (
    <Sheet className="overflow-hidden md:col-start-2" labelledBy="key-facts">
      <h2 id="key-facts" className="sr-only">
        Facts
      </h2>
      <dl>
        <Fact name="Key">
          <span data-key="">
            <KeyGroups value={key} struck={state === "retired"} />
          </span>
          <CopyButton text={key} label={`Copy key ${number}`} done={`Key ${number} copied`} className="-mr-2" />
        </Fact>
        <Fact name="Fingerprint of the secret key">
          {fingerprint ? (
            <div>
              <span className="font-mono">{fingerprint}</span>
              <span className="mt-1 block text-subtle-foreground text-small">
                Tells whether a secret key you have is this one.{" "}
                <button
                  type="button"
                  className={moreLinkClass}
                  onClick={() => open({ kind: "fingerprint", of: { number, fingerprint } })}
                >
                  How to compute it
                </button>
              </span>
            </div>
          ) : (
            <span className="text-muted-foreground">It gets its secret key when it is activated.</span>
          )}
        </Fact>
        <Fact name="IP addresses">
          <Addresses of={of} />
          {state !== "retired" && state !== "deactivating" && (
            <IconButton
              icon={Pencil}
              label={`Edit IP addresses of key ${number}`}
              className="-mr-2"
              onClick={() => open({ kind: "edit-ips", of })}
            />
          )}
        </Fact>
      </dl>
    </Sheet>
  );
}

function Addresses({ of }: { of: KeyDetails }) {
  const [first, ...others] = of.allowedIps;
  if (!first) return <span className="text-muted-foreground">Any address</span>;
  return (
    <span className="grid justify-items-start gap-1">
      <Chip>{first}</Chip>
      {others.length > 0 && <MoreAddresses of={of} accepted={of.state === "active"} />}
    </span>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="px-4 py-3 not-first:border-border not-first:border-t sm:px-5">
    <dt className="text-subtle-foreground text-small">{name}</dt>
    <dd className="mt-0.5 flex flex-wrap items-center justify-between gap-2">{children}</dd>
  </div>
);
