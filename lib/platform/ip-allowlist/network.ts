/**
 * The source an address is counted as: itself, or an IPv6 address's network of 64 bits, which one machine has all of (RFC 4291, 2.5.4). Takes
 * addresses in canonical form (RFC 5952), and passes on whatever else it is given.
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
