import type { ReactNode } from "react";
import { Sheet } from "@/components/ui/sheet";
import { Time } from "@/components/ui/time";
import type { Overview } from "@/lib/merchants/queries";

export const MerchantFacts = ({ overview, owner }: { overview: Overview; owner: boolean }) => (
  <Sheet>
    <dl>
      <Fact name="Mode">{overview.mode === "live" ? "Live, real payments" : "Test, no real payments"}</Fact>
      <Fact name="With Countersign">
        since <Time at={overview.since} as="date" />
      </Fact>
      {owner ? (
        <Fact name="People">{people(overview.people, overview.owners.length)}</Fact>
      ) : (
        <Fact name="You were added">
          <Time at={overview.memberSince} as="date" />
        </Fact>
      )}
    </dl>
  </Sheet>
);

function people(all: number, owners: number): string {
  if (all === owners) return owners === 1 ? "1, an Owner" : `${all}, all Owners`;
  return `${all} (${owners} ${owners === 1 ? "Owner" : "Owners"})`;
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid grid-cols-[112px_minmax(0,1fr)] gap-x-3 px-4 py-2.75 not-first:border-border not-first:border-t sm:px-5 md:block">
    <dt className="text-subtle-foreground text-small leading-[1.375rem] md:leading-5">{name}</dt>
    <dd className="wrap-anywhere font-[560] tabular-nums md:mt-px">{children}</dd>
  </div>
);
