import { parseAllowlist } from "@/lib/ip-allowlist/parse";
import { describe, type Refusal } from "@/lib/refusals";

export type Chip = { text: string; refusal: Refusal | null };

const SEPARATORS = /[\s,;]+/;

/** Whether what was typed ends one address and begins the next. */
export const separates = (typed: string) => SEPARATORS.test(typed);

/** Adds what was typed or pasted to the list, each address once, in the form it will be kept in. */
export function addTyped(list: string[], typed: string, allowPrivate: boolean): string[] {
  const added = typed.split(SEPARATORS).filter(Boolean);
  return [...new Set([...list, ...added.map((entry) => canonical(entry, allowPrivate))])];
}

/** Each address with what is wrong about it. */
export function judge(list: string[], allowPrivate: boolean): Chip[] {
  return list.map((text) => ({ text, refusal: parseAllowlist([text], { allowPrivate }).refusals[0] ?? null }));
}

/** What to say beside the entry: a sentence for each address that cannot be taken, or the one about the whole list. */
export function complaints(list: string[], allowPrivate: boolean): string[] {
  return [...new Set(parseAllowlist(list, { allowPrivate }).refusals.map(describe))];
}

function canonical(entry: string, allowPrivate: boolean): string {
  const { entries, refusals } = parseAllowlist([entry], { allowPrivate });
  return refusals.length === 0 ? (entries[0] ?? entry) : entry;
}
