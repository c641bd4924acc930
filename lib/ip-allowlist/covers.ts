import { covers, parseBlock } from "./block";

/** The entry of a list that lets all of a source in, an address or a network; "any" for an empty list, null where none does or the source is none. */
export function ruleFor(source: string, entries: readonly string[]): string | null {
  const read = parseBlock(source);
  if (!read || !("block" in read)) return null;
  if (entries.length === 0) return "any";
  const found = entries.find((entry) => {
    const rule = parseBlock(entry);
    return rule && "block" in rule && covers(rule.block, read.block);
  });
  return found ?? null;
}

/** Whether a source is an address or a network, and not more of them than are kept apart. */
export const isSource = (source: string): boolean => {
  const read = parseBlock(source);
  return read !== null && "block" in read;
};
