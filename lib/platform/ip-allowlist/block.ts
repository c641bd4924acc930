import { type Address, formatAddress, isMapped, parseLiteral, unmapped, widthOf } from "./address";

/** A range of addresses that share a prefix. A single address is a block of one. */
export type Block = { family: 4 | 6; first: bigint; last: bigint; text: string };

export type ParsedBlock = { block: Block } | { hostBitsOf: Block } | null;

/**
 * Parses "192.0.2.1", "2001:db8::1" or a CIDR block whose host bits are zero. If only the host
 * bits are wrong, it returns the network that was meant. Null for anything else.
 */
export function parseBlock(text: string): ParsedBlock {
  const [literal = "", suffix, ...rest] = text.split("/");
  const address = parseLiteral(literal);
  if (!address || rest.length > 0) return null;
  const width = widthOf(address.family);
  const prefix = suffix === undefined ? width : parsePrefix(suffix, width);
  if (prefix === null) return null;
  const hostBits = BigInt(width - prefix);
  const first = (address.value >> hostBits) << hostBits;
  const block = blockAt({ family: address.family, value: first }, prefix);
  return first === address.value ? { block } : { hostBitsOf: block };
}

/**
 * Parses an entry that `parseBlock` accepted before. Anything else is a bug, or a database that
 * somebody else wrote to: it throws, and so lets nobody in.
 */
export function blockOf(entry: string): Block {
  const parsed = parseBlock(entry);
  if (!parsed || !("block" in parsed)) throw new Error(`not an allowlist entry: ${JSON.stringify(entry)}`);
  return parsed.block;
}

export const contains = (block: Block, { family, value }: Address): boolean =>
  block.family === family && block.first <= value && value <= block.last;

export const overlaps = (a: Block, b: Block): boolean =>
  a.family === b.family && a.first <= b.last && b.first <= a.last;

export const covers = (outer: Block, inner: Block): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;

function parsePrefix(text: string, width: number): number | null {
  return /^(0|[1-9][0-9]{0,2})$/.test(text) && Number(text) <= width ? Number(text) : null;
}

/**
 * The block with this prefix that begins at an address whose host bits are zero. A mapped IPv6
 * network becomes the IPv4 network it carries.
 */
export function blockAt(address: Address, prefix: number): Block {
  if (prefix >= 96 && isMapped(address)) return blockAt(unmapped(address), prefix - 96);
  const { family, value: first } = address;
  const width = widthOf(family);
  const last = first + (1n << BigInt(width - prefix)) - 1n;
  return {
    family,
    first,
    last,
    text: prefix === width ? formatAddress(address) : `${formatAddress(address)}/${prefix}`,
  };
}
