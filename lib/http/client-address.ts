import { canonicalAddress } from "../platform/ip-allowlist/address";
import { type Allowlist, compileAllowlist } from "../platform/ip-allowlist/match";
import { parseAllowlist } from "../platform/ip-allowlist/parse";

/** The peers that may state which client they forward for. */
export type TrustedProxies = Pick<Allowlist, "allows">;

/**
 * TRUSTED_PROXIES: addresses and networks. An empty list trusts nobody, unlike an empty
 * allowlist, which allows any address.
 */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const read = entries.map((entry) => parseAllowlist(entry, { allowPrivate: true }));
  const wrong = entries.filter((_, index) => (read[index]?.refusals.length ?? 0) > 0);
  if (wrong.length > 0) throw new Error(`TRUSTED_PROXIES: neither an address nor a network: ${wrong.join(", ")}`);
  return entries.length === 0 ? { allows: () => false } : compileAllowlist(read.flatMap(({ entries }) => entries));
}

/**
 * The source address of a request, in canonical form; null if it cannot be read.
 *
 * Promise: only a trusted proxy can claim another address. The peer of the connection counts.
 * Only behind a trusted proxy is X-Forwarded-For read: from the right, where trusted proxies
 * wrote it, up to the first address that is not a trusted proxy.
 * Attack: a client sends X-Forwarded-For itself. Its entries are further left and are never
 * reached.
 */
export function sourceAddress(peer: string, forwardedFor: readonly string[], trusted: TrustedProxies): string | null {
  const entry = decisiveEntry(peer, forwardedFor, trusted);
  return canonicalAddress(entry ? entry.text : peer);
}

/** Why a source address cannot be read. The text is for the log and holds nothing of a header. */
export function whyUnreadable(peer: string, forwardedFor: readonly string[], trusted: TrustedProxies): string {
  const entry = decisiveEntry(peer, forwardedFor, trusted);
  if (!entry) return "the connection's peer has no address";
  return `X-Forwarded-For: entry ${entry.place} of ${entry.count} is ${entry.text === "" ? "empty" : "no address"}`;
}

/**
 * The entry of X-Forwarded-For that states the source; null if the connection's peer is the
 * source.
 */
function decisiveEntry(peer: string, forwardedFor: readonly string[], trusted: TrustedProxies) {
  if (forwardedFor.length === 0 || !trusted.allows(peer)) return null;
  const hops = forwardedFor.join(",").split(",").map(addressIn);
  const index = Math.max(
    hops.findLastIndex((hop) => !trusted.allows(hop)),
    0,
  );
  return { text: hops[index] as string, place: index + 1, count: hops.length };
}

/**
 * An address as proxies write it: alone, with a port, IPv6 in brackets, any of them in quotes
 * (RFC 7239, 6).
 */
function addressIn(entry: string): string {
  const trimmed = entry.trim();
  const text = /^"([^"]*)"$/.exec(trimmed)?.[1] ?? trimmed;
  const withPort = /^\[([^\]]*:[^\]]*)\](?::\d{1,5})?$|^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(text);
  return withPort?.[1] ?? withPort?.[2] ?? text;
}
