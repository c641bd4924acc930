import { canonicalAddress } from "../../platform/ip-allowlist/address";
import { networkOf } from "../../platform/ip-allowlist/network";

/**
 * Who strangers are counted by: an IPv4 address, or the /64 of an IPv6 one, since a customer holds
 * all of it. Requests without a readable address share one counter.
 */
export function sourceOf(address: string | null): string {
  const canonical = canonicalAddress(address ?? "");
  return canonical === null ? "unknown" : networkOf(canonical);
}
