import type { ReactNode } from "react";
import { MerchantName } from "@/components/merchants/mode-tag";
import { Pills } from "@/components/ui/pills";
import type { Part } from "@/lib/support/looks";
import type { SupportMerchant } from "@/lib/support/merchant";
import { DeskNote } from "./desk-note";
import { KeyStatus } from "./key-status";

const PARTS: { part: Part; name: string; path: string }[] = [
  { part: "keys", name: "API keys", path: "" },
  { part: "members", name: "Members", path: "/members" },
  { part: "activity", name: "Activity", path: "/activity" },
];

/** A merchant as Support sees it: the state of its keys, then one of three lists. */
export const MerchantDesk = ({
  merchant,
  part,
  children,
}: {
  merchant: SupportMerchant;
  part: Part;
  children: ReactNode;
}) => (
  <section aria-labelledby="merchant">
    <h2 id="merchant" tabIndex={-1} className="type-title flex flex-wrap items-center gap-x-2.5 gap-y-1 outline-none">
      <MerchantName name={merchant.name} mode={merchant.mode} />
    </h2>
    <p className="text-subtle-foreground text-small tabular-nums">Merchant {merchant.number}</p>
    <KeyStatus merchant={merchant} />
    <div className="my-4">
      <Pills
        label="What to look at"
        pills={PARTS.map(({ part: each, name, path }) => ({
          name,
          href: `/support/merchants/${merchant.id}${path}`,
          current: each === part,
        }))}
      />
    </div>
    {children}
    <DeskNote />
  </section>
);
