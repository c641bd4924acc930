import { type Block, covers, overlaps, parseBlock } from "./block";

/** The entry of a list that lets all of a source in, an address or a network; "any" for an empty list, null where none does or the source is none. */
export function ruleFor(source: string, entries: readonly string[]): string | null {
  return entryFor(source, entries, covers);
}

/** The same, where the entry lets in a part of the source: of an IPv6 network that is counted as one source, single addresses may be allowed. */
export function ruleForPart(source: string, entries: readonly string[]): string | null {
  return entryFor(source, entries, overlaps);
}

/** Whether a source is an address or a network, and not more of them than are kept apart. */
export const isSource = (source: string): boolean => blockIn(source) !== null;

function entryFor(
  source: string,
  entries: readonly string[],
  lets: (rule: Block, source: Block) => boolean,
): string | null {
  const block = blockIn(source);
  if (!block) return null;
  if (entries.length === 0) return "any";
  const found = entries.find((entry) => {
    const rule = blockIn(entry);
    return rule !== null && lets(rule, block);
  });
  return found ?? null;
}

function blockIn(text: string): Block | null {
  const read = parseBlock(text);
  return read && "block" in read ? read.block : null;
}
