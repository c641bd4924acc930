import { parseAllowlist } from "@/lib/platform/ip-allowlist/parse";
import { splitEntries } from "@/lib/platform/ip-allowlist/spelling";
import { describe, type Refusal } from "@/lib/words/refusals/refusals";

export type Chip = { text: string; refusal: Refusal | null };

const SEPARATORS = /[\s,;]+/;

/** Whether the typed text ends one address and begins the next. */
export const endsAddress = (typed: string) => SEPARATORS.test(typed);

/** Adds typed or pasted text to the list: each address once, in the form that is stored. */
export function addTyped(list: string[], typed: string, allowPrivate: boolean): string[] {
  return [...new Set([...list, ...splitEntries(typed).flatMap((entry) => canonical(entry, allowPrivate))])];
}

/** Each address with its refusal, if any. */
export function toChips(list: string[], allowPrivate: boolean): Chip[] {
  return list.map((text) => ({ text, refusal: parseAllowlist([text], { allowPrivate }).refusals[0] ?? null }));
}

/** One sentence for each kind of invalid address, or the one about the whole list. */
export function refusalTexts(list: string[], allowPrivate: boolean): string[] {
  return [...new Set(parseAllowlist(list, { allowPrivate }).refusals.map(describe))];
}

/**
 * The form in which an entry is stored: a range as several networks. Invalid entries stay as
 * typed.
 */
function canonical(entry: string, allowPrivate: boolean): string[] {
  const { entries, refusals } = parseAllowlist([entry], { allowPrivate });
  return refusals.some(({ code }) => code !== "ip_too_many") || entries.length === 0 ? [entry] : entries;
}
