/**
 * What an allowlist holds, counted: "3 addresses", "1 network" or "2 addresses and 1 network". An
 * empty list allows any address.
 */
export function addressesWords(list: readonly string[]): string {
  if (list.length === 0) return "any address";
  const networks = list.filter((entry) => entry.includes("/")).length;
  const addresses = list.length - networks;
  return [counted(addresses, "address", "addresses"), counted(networks, "network", "networks")]
    .filter((words) => words !== null)
    .join(" and ");
}

const counted = (count: number, one: string, many: string): string | null =>
  count === 0 ? null : count === 1 ? `1 ${one}` : `${count} ${many}`;
