/**
 * The source that an address is counted as: itself for IPv4, or for IPv6 its network of 64 bits,
 * all of which one machine owns (RFC 4291, 2.5.4). Takes addresses in canonical form (RFC 5952)
 * and returns anything else unchanged.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [left = "", right] = address.split("::");
  const groups = left === "" ? [] : left.split(":");
  if (right !== undefined) {
    const after = right === "" ? [] : right.split(":");
    while (groups.length + after.length < 8) groups.push("0");
    groups.push(...after);
  }
  groups.length = 4;
  while (groups.at(-1) === "0") groups.pop();
  return `${groups.join(":")}::/64`;
}
