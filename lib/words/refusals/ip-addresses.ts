import type { Sentences } from "./sentences";

/** Refusals that are about an entry of an IP address list. */
export type IpRefusal =
  | { code: "ip_malformed"; entry: string }
  | { code: "ip_private"; entry: string }
  | { code: "ip_reserved"; entry: string; use: string }
  | { code: "ip_covers_reserved"; entry: string; network: string; use: string | null }
  | { code: "ip_host_bits"; entry: string; network: string; address: string; addresses: number | null }
  | { code: "ip_any"; entry: string; family: 4 | 6 }
  | { code: "ip_backwards"; entry: string }
  | { code: "ip_leading_zeros"; entry: string; meant: string }
  | { code: "ip_zone"; entry: string; meant: string }
  | { code: "ip_name"; entry: string }
  | { code: "ip_too_many"; limit: number };

export const IP_ADDRESSES: Sentences<IpRefusal> = {
  ip_malformed: ["ips", (refusal) => `${refusal.entry} is not an IPv4 or IPv6 address. Correct it or remove it.`],
  ip_private: [
    "ips",
    (refusal) => `${refusal.entry} is a private address. Enter the public address your requests come from.`,
  ],
  ip_reserved: [
    "ips",
    (refusal) => `${refusal.entry} is reserved for ${refusal.use}. Enter the public address your requests come from.`,
  ],
  ip_covers_reserved: [
    "ips",
    (refusal) =>
      `${refusal.entry} includes ${refusal.use === null ? `the private range ${refusal.network}` : `${refusal.network}, reserved for ${refusal.use}`}. Enter smaller ranges.`,
  ],
  ip_host_bits: [
    "ips",
    (refusal) =>
      `${refusal.entry} is not a range. Did you mean ${refusal.network}${refusal.addresses === null ? "" : ` (${refusal.addresses.toLocaleString("en-US")} addresses)`} or ${refusal.address}?`,
  ],
  ip_any: [
    "ips",
    (refusal) => `${refusal.entry} is any IPv${refusal.family} address. To accept any address, leave the list empty.`,
  ],
  ip_backwards: ["ips", (refusal) => `${refusal.entry} ends before it begins. Write the lower address first.`],
  ip_leading_zeros: [
    "ips",
    (refusal) =>
      `${refusal.entry} has leading zeros, which some programs read as octal numbers. Did you mean ${refusal.meant}?`,
  ],
  ip_zone: [
    "ips",
    (refusal) => `${refusal.entry} names a network interface. Enter the address alone: ${refusal.meant}.`,
  ],
  ip_name: [
    "ips",
    (refusal) => `${refusal.entry} is a name, not an address. Enter the addresses that your requests come from.`,
  ],
  ip_too_many: [
    "ips",
    (refusal) =>
      `A key takes at most ${refusal.limit} addresses. Remove some, or enter a network such as 203.0.113.0/24.`,
  ],
};
