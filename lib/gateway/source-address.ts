import { canonicalAddress } from "../ip-allowlist/address";
import { type Allowlist, compileAllowlist } from "../ip-allowlist/match";
import { parseAllowlist } from "../ip-allowlist/parse";

/** Which peers may say for whom they speak. */
export type TrustedProxies = Pick<Allowlist, "allows">;

/** TRUSTED_PROXIES: addresses and networks. None means none: an allowlist's empty list, which means any, is not asked. */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const read = entries.map((entry) => parseAllowlist(entry, { allowPrivate: true }));
  const wrong = entries.filter((_, index) => (read[index]?.refusals.length ?? 0) > 0);
  if (wrong.length > 0) throw new Error(`TRUSTED_PROXIES: neither an address nor a network: ${wrong.join(", ")}`);
  return entries.length === 0 ? { allows: () => false } : compileAllowlist(read.flatMap(({ entries }) => entries));
}

/**
 * Where a request came from, in canonical form; null when it cannot be read.
 *
 * Promise: nobody but a trusted proxy can claim another address. The peer of the connection counts; only behind a trusted proxy does
 * X-Forwarded-For, read from the right, where trusted hands wrote it, up to the first address that is not a trusted proxy.
 * Attack: a client that sends X-Forwarded-For itself. What it wrote stands further left, and is never reached.
 */
export function sourceAddress(peer: string, forwardedFor: readonly string[], trusted: TrustedProxies): string | null {
  if (forwardedFor.length === 0 || !trusted.allows(peer)) return canonicalAddress(peer);
  const hops = forwardedFor
    .join(",")
    .split(",")
    .map((hop) => hop.trim());
  const claimed = hops.findLast((hop) => !trusted.allows(hop)) ?? hops[0];
  return claimed === undefined ? null : canonicalAddress(claimed);
}
