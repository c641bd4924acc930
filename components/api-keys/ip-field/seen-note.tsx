import { Announce } from "@/components/ui/announcer";
import { Note } from "@/components/ui/note";
import type { SeenSources } from "@/lib/api-keys/reads/seen-sources";
import { isSource, ruleForPart } from "@/lib/platform/ip-allowlist/covers";
import { addressesWords } from "@/lib/words/addresses";
import { sourceWords } from "@/lib/words/key-usage";

const NAMED = 5;

/**
 * Warns if the edited list would refuse addresses that sent accepted requests in the last 7 days,
 * and says how many requests. It blocks nothing.
 */
export function SeenNote({ seen, after, number }: { seen: SeenSources | null; after: string[]; number: number }) {
  const lost = (seen?.sources ?? []).filter(({ source }) => isSource(source) && ruleForPart(source, after) === null);
  const lead = lost.length === 0 ? null : leadOf(lost, seen?.number === number ? null : (seen?.number ?? null));
  const named = lost.slice(0, NAMED).map(({ source, count }) => `${sourceWords(source)} (${requests(count)})`);
  const rest = lost.length > NAMED ? `${named.join(", ")} and ${lost.length - NAMED} more` : named.join(", ");
  return (
    <>
      {lead && (
        <Note tone="warning" lead={lead}>
          <span className="wrap-anywhere text-small">{rest}</span>
        </Note>
      )}
      <Announce text={lead && `${lead} ${rest}`} />
    </>
  );
}

/** Names the other key if the requests were sent with the key that this one replaces. */
function leadOf(lost: SeenSources["sources"], other: number | null): string {
  return `Not allowed: ${addressesWords(lost.map(({ source }) => source))} that sent requests${other === null ? "" : ` with key ${other}`} in the last 7 days.`;
}

const requests = (count: number): string => (count === 1 ? "1 request" : `${count.toLocaleString("en")} requests`);
