import { type Address, parseAddress, widthOf } from "./address";
import { type Block, blockAt } from "./block";

/**
 * Parses "192.0.2.1-192.0.2.20" or "192.0.2.1-20" into the fewest blocks that cover exactly that
 * range. "backwards" if it ends before it begins; null for anything else.
 */
export function parseRange(text: string): Block[] | "backwards" | null {
  const [from = "", to = "", ...rest] = text.split("-");
  const first = parseAddress(from);
  const last = parseAddress(/^\d{1,3}$/.test(to) && from.includes(".") ? from.replace(/\d+$/, to) : to);
  if (!first || !last || first.family !== last.family || rest.length > 0) return null;
  return first.value > last.value ? "backwards" : blocksBetween(first, last.value);
}

function blocksBetween({ family, value }: Address, last: bigint): Block[] {
  const blocks: Block[] = [];
  for (let first = value; first <= last; ) {
    const block = largestAt({ family, value: first }, last);
    blocks.push(block);
    first = block.last + 1n;
  }
  return blocks;
}

/** The largest block that begins at an address and does not extend beyond `last`. */
function largestAt(address: Address, last: bigint): Block {
  const width = widthOf(address.family);
  let size = 0;
  const fits = (bits: number) =>
    address.value % (1n << BigInt(bits)) === 0n && address.value + (1n << BigInt(bits)) - 1n <= last;
  while (size < width && fits(size + 1)) size++;
  return blockAt(address, width - size);
}
