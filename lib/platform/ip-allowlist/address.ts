/** An IP address as a number, so that ranges are compared without parsing again. */
export type Address = { family: 4 | 6; value: bigint };

export const widthOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const GROUP = /^[0-9a-fA-F]{1,4}$/;

/**
 * Parses an address. A mapped IPv6 address (::ffff:a.b.c.d) becomes the IPv4 address it carries.
 * Null for anything else.
 */
export function parseAddress(text: string): Address | null {
  const literal = parseLiteral(text);
  return literal && isMapped(literal) ? unmapped(literal) : literal;
}

/**
 * The same, but a mapped address stays IPv6 as written: its prefix counts 128 bits.
 *
 * The grammar is closed, because parsers differ and each difference is a way past a list: some
 * stop at a NUL byte, some accept zone ids, some read 010.0.0.1 as octal. It agrees with node:net
 * on everything else (a test checks this) and also runs in a browser.
 */
export function parseLiteral(text: string): Address | null {
  if (text.length > 45) return null;
  if (IPV4.test(text)) return { family: 4, value: ipv4(text) };
  const groups = text.includes(":") ? ipv6Groups(text) : null;
  return groups && { family: 6, value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n) };
}

export const isMapped = ({ family, value }: Address): boolean => family === 6 && value >> 32n === 0xffffn;

export const unmapped = ({ value }: Address): Address => ({ family: 4, value: value & 0xffff_ffffn });

export const isAddress = (text: string): boolean => IPV4.test(text) || parseLiteral(text) !== null;

/** The canonical form of a valid address, else null. */
export function canonicalAddress(text: string): string | null {
  if (IPV4.test(text)) return text;
  const address = parseAddress(text);
  return address && formatAddress(address);
}

/**
 * RFC 5952 for IPv6: lower case, no leading zeros, the longest run of zero groups (two or more)
 * as "::".
 */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  const { start, length } = longestZeroRun(groups);
  if (length < 2) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

function ipv4(text: string): bigint {
  return BigInt(text.split(".").reduce((value, octet) => value * 256 + Number(octet), 0));
}

function ipv6Groups(text: string): string[] | null {
  const tail = text.slice(text.lastIndexOf(":") + 1);
  const plain = IPV4.test(tail) ? text.slice(0, -tail.length) + dottedAsGroups(tail) : text;
  const halves = plain.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const [left = [], right] = halves;
  if (halves.length > 2 || ![...left, ...(right ?? [])].every((group) => GROUP.test(group))) return null;
  const zeros = 8 - left.length - (right?.length ?? 0);
  if (right ? zeros < 1 : zeros !== 0) return null;
  return [...left, ...Array<string>(zeros).fill("0"), ...(right ?? [])];
}

function dottedAsGroups(dotted: string): string {
  const value = ipv4(dotted);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

function longestZeroRun(groups: string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
