import { canonicalAddress } from "../../platform/ip-allowlist/address";
import { networkOf } from "../../platform/ip-allowlist/network";

/**
 * What rate limits count strangers by: an IPv4 address, or the /64 of an IPv6 address, because one
 * customer holds all of it. Requests without a valid address share one counter.
 */
export function sourceOf(address: string | null): string {
  const canonical = canonicalAddress(address ?? "");
  return canonical === null ? "unknown" : networkOf(canonical);
}
