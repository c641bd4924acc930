import { Announce } from "@/components/ui/announcer";
import { Note } from "@/components/ui/note";
import { removesAddresses } from "@/lib/platform/ip-allowlist/removes-addresses";

/** Says what the edited list changes for requests while the chips change. It blocks nothing. */
export function IpChangeNote({ before, after }: { before: string[]; after: string[] }) {
  const change = changeOf(before, after);
  return (
    <>
      {change && (
        <Note tone="warning" lead={change.lead}>
          {change.rest && <span className="ip-address text-small">{change.rest}</span>}
        </Note>
      )}
      <Announce text={change && `${change.lead} ${change.rest ?? ""}`} />
    </>
  );
}

function changeOf(before: string[], after: string[]): { lead: string; rest?: string } | null {
  if (before.length > 0 && after.length === 0) return { lead: "Requests from any address will be accepted." };
  if (!removesAddresses(before, after)) return null;
  const removed = before.filter((entry) => removesAddresses([entry], after));
  if (removed.length === 0) return { lead: "Requests from any other address will be refused." };
  return {
    lead: removed.length === 1 ? "1 address will be refused." : `${removed.length} addresses will be refused.`,
    rest: removed.join(", "),
  };
}
