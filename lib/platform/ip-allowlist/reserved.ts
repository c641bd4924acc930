import { type Block, blockOf, covers, overlaps } from "./block";

const PRIVATE = "private networks";

/**
 * Addresses from which no request can come over the internet (IANA special-purpose registries).
 * Of two that overlap, the narrower one comes first.
 */
const RESERVED = Object.entries({
  "0.0.0.0/8": "local use",
  "10.0.0.0/8": PRIVATE,
  "100.64.0.0/10": "carriers' own networks",
  "127.0.0.0/8": "loopback",
  "169.254.0.0/16": "link-local addresses",
  "172.16.0.0/12": PRIVATE,
  "192.0.0.0/24": "protocol assignments",
  "192.0.2.0/24": "documentation",
  "192.88.99.0/24": "retired relays",
  "192.168.0.0/16": PRIVATE,
  "198.18.0.0/15": "benchmarks",
  "198.51.100.0/24": "documentation",
  "203.0.113.0/24": "documentation",
  "224.0.0.0/4": "multicast",
  "240.0.0.0/4": "future use",
  "::": "local use",
  "::1": "loopback",
  "fc00::/7": PRIVATE,
  "fe80::/10": "link-local addresses",
  "ff00::/8": "multicast",
  "2001:db8::/32": "documentation",
  "3fff::/20": "documentation",
  "2001::/23": "protocol assignments",
  "2002::/16": "retired relays",
  "::/3": "special uses",
  "4000::/2": "future use",
  "8000::/1": "future use",
}).map(([entry, use]) => ({ block: blockOf(entry), use }));

/** `use` is null for a private range. */
export type Reserved =
  | { kind: "private" }
  | { kind: "reserved"; use: string }
  | { kind: "covers"; network: string; use: string | null };

/**
 * Why a block is not public: it is inside a reserved range, or contains one. Null for public
 * addresses.
 */
export function reserved(block: Block): Reserved | null {
  const outer = RESERVED.find((range) => covers(range.block, block));
  if (outer) return outer.use === PRIVATE ? { kind: "private" } : { kind: "reserved", use: outer.use };
  const inner = RESERVED.find((range) => overlaps(range.block, block));
  return inner ? { kind: "covers", network: inner.block.text, use: inner.use === PRIVATE ? null : inner.use } : null;
}
