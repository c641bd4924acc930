import { formatAddress, parseAddress } from "../ip-allowlist/address";

/** The source an address is counted as: itself, or an IPv6 address's network of 64 bits, which one machine has all of (RFC 4291, 2.5.4). */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const parsed = parseAddress(address);
  if (parsed?.family !== 6) return address;
  return `${formatAddress({ family: 6, value: (parsed.value >> 64n) << 64n })}/64`;
}
