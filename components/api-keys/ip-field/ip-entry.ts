import { parseAllowlist } from "@/lib/platform/ip-allowlist/parse";
import { splitEntries } from "@/lib/platform/ip-allowlist/spelling";
import { describe, type Refusal } from "@/lib/words/refusals";

export type Chip = { text: string; refusal: Refusal | null };

const SEPARATORS = /[\s,;]+/;

/** Whether what was typed ends one address and begins the next. */
export const separates = (typed: string) => SEPARATORS.test(typed);

/** Adds what was typed or pasted to the list, each address once, in the form it will be kept in. */
export function addTyped(list: string[], typed: string, allowPrivate: boolean): string[] {
  return [...new Set([...list, ...splitEntries(typed).flatMap((entry) => canonical(entry, allowPrivate))])];
}

/** Each address with what is wrong about it. */
export function judge(list: string[], allowPrivate: boolean): Chip[] {
  return list.map((text) => ({ text, refusal: parseAllowlist([text], { allowPrivate }).refusals[0] ?? null }));
}

/** What to say beside the entry: a sentence for each address that cannot be taken, or the one about the whole list. */
export function complaints(list: string[], allowPrivate: boolean): string[] {
  return [...new Set(parseAllowlist(list, { allowPrivate }).refusals.map(describe))];
}

/** What an entry is stored as: several networks for a range. What cannot be taken stays as it was typed. */
function canonical(entry: string, allowPrivate: boolean): string[] {
  const { entries, refusals } = parseAllowlist([entry], { allowPrivate });
  return refusals.some(({ code }) => code !== "ip_too_many") || entries.length === 0 ? [entry] : entries;
}
