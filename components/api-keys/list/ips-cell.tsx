import { Chip } from "@/components/ui/chip";
import type { ShownKey } from "../../key-state/last-used";
import { MoreIps } from "./more-ips";

/** The first address, and a button that opens the others. */
export function IpsCell({ row }: { row: ShownKey }) {
  const [first, ...others] = row.allowedIps;
  if (!first) {
    return (
      <div className="text-muted-foreground">{row.state === "generated" ? "Set on activation" : "Any address"}</div>
    );
  }
  return (
    <div className="grid justify-items-start gap-0.5">
      <Chip>{first}</Chip>
      {others.length > 0 && <MoreIps row={row} />}
    </div>
  );
}
