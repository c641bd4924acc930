import type { Refusal } from "../refusals";
import { type Block, parseBlock } from "./block";
import { reserved } from "./reserved";

export const ALLOWLIST_LIMIT = 50;

/**
 * Reads what a person typed or pasted: addresses and CIDR networks apart by commas, semicolons or white space, in one text or several.
 * Answers the canonical entries without repeats, in the order given, and a refusal for each entry that is wrong.
 */
export function parseAllowlist(
  text: string | string[],
  { allowPrivate }: { allowPrivate: boolean },
): { entries: string[]; refusals: Refusal[] } {
  const entries = new Set<string>();
  const refusals: Refusal[] = [];
  for (const entry of split(text)) {
    const judged = judge(entry, allowPrivate);
    if (typeof judged === "string") entries.add(judged);
    else refusals.push(judged);
  }
  if (entries.size > ALLOWLIST_LIMIT) refusals.push({ code: "ip_too_many", limit: ALLOWLIST_LIMIT });
  return { entries: [...entries], refusals };
}

function split(text: string | string[]): string[] {
  return [text]
    .flat()
    .join("\n")
    .split(/[\s,;]+/)
    .filter(Boolean);
}

/** The canonical form, or why the entry cannot be taken. */
function judge(entry: string, allowPrivate: boolean): string | Refusal {
  const parsed = parseBlock(entry);
  if (!parsed) return { code: "ip_malformed", entry };
  if ("hostBitsOf" in parsed) return { code: "ip_host_bits", entry, network: parsed.hostBitsOf };
  return (!allowPrivate && publicOnly(entry, parsed.block)) || parsed.block.text;
}

function publicOnly(entry: string, block: Block): Refusal | null {
  const found = reserved(block);
  if (found?.kind === "private") return { code: "ip_private", entry };
  if (found?.kind === "reserved") return { code: "ip_reserved", entry, use: found.use };
  return found && { code: "ip_covers_private", entry, network: found.network };
}
