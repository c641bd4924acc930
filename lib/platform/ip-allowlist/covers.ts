import { type Block, covers, overlaps, parseBlock } from "./block";

/**
 * The entry that allows the whole source, an address or a network; "any" for an empty list; null if
 * no entry does, or the source is neither.
 */
export function ruleFor(source: string, entries: readonly string[]): string | null {
  return entryFor(source, entries, covers);
}

/**
 * The same, but an entry that allows part of the source is enough: an IPv6 network is counted as
 * one source, and the list may allow single addresses of it.
 */
export function ruleForPart(source: string, entries: readonly string[]): string | null {
  return entryFor(source, entries, overlaps);
}

/** Whether a source is an address or a network, and not "other". */
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
