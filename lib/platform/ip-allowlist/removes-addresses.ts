import { type Block, blockOf, covers } from "./block";

const EVERYTHING = ["0.0.0.0/0", "::/0"];

/**
 * True if an address that was accepted before may be refused after the change. Gateways must then
 * have seen the change before the page reports it. An empty list accepts any address.
 */
export function removesAddresses(before: readonly string[], after: readonly string[]): boolean {
  if (after.length === 0) return false;
  const remaining = merged(after);
  return merged(before.length === 0 ? EVERYTHING : before).some(
    (block) => !remaining.some((range) => covers(range, block)),
  );
}

function merged(entries: readonly string[]): Block[] {
  const ranges = entries.map(blockOf).sort((a, b) => a.family - b.family || (a.first < b.first ? -1 : 1));
  const result: Block[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    if (!last || !touches(last, range)) result.push({ ...range });
    else if (range.last > last.last) last.last = range.last;
  }
  return result;
}

const touches = (a: Block, b: Block): boolean => a.family === b.family && b.first <= a.last + 1n;
