"use client";

import { Chip } from "@/components/ui/chip";
import { MoreAddresses } from "@/components/ui/more-addresses";
import type { SupportKey } from "@/lib/support/keys";

type Props = { of: Pick<SupportKey, "number" | "state" | "allowedIps"> };

/** The first allowed address of a key; "and 2 others" opens all of them. */
export function KeyAddresses({ of: { number, state, allowedIps } }: Props) {
  const [first] = allowedIps;
  if (!first)
    return (
      <span className="text-muted-foreground">{state === "generated" ? "Set when activated" : "Any address"}</span>
    );
  return (
    <div className="grid justify-items-start gap-0.5 md:[&_.ip-address]:whitespace-normal!">
      <Chip>{first}</Chip>
      {allowedIps.length > 1 && <MoreAddresses of={{ number, allowedIps }} />}
    </div>
  );
}
