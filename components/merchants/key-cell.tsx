import { StatusBadge } from "@/components/ui/status-badge";
import { utc } from "@/components/ui/utc";
import type { KeysStatus } from "@/lib/api-keys/reads/queries";
import { addressesWords } from "@/lib/words/addresses";

/** The state of a merchant's keys, in two lines of the list. */
export function KeyCell({ status }: { status: KeysStatus | null }) {
  if (!status) return <span className="text-muted-foreground">Only Owners see it</span>;
  const { active, deactivating, waitingGenerated } = status;
  if (active) {
    return (
      <StatusBadge state="active" on="surface">
        <span className="text-foreground">Key {active.number} is active</span>
        <span className="secondary-line">
          since {utc(active.activatedAt, "date")}, from {addressesWords(active.allowedIps)}
        </span>
      </StatusBadge>
    );
  }
  return (
    <StatusBadge state={deactivating ? "deactivating" : "inactive"} on="surface">
      <span className="text-foreground">
        {deactivating ? `Key ${deactivating.number} is being deactivated` : "No active key"}
      </span>
      <span className="secondary-line">
        {waitingGenerated
          ? `key ${waitingGenerated.number} is ready to activate`
          : history(status.counts.listed + status.counts.retired)}
      </span>
    </StatusBadge>
  );
}

const history = (total: number): string => {
  if (total === 0) return "no key generated yet";
  return total === 1 ? "1 key in the list" : `${total} keys in the list`;
};
