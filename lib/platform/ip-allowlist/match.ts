import { isAddress, parseAddress } from "./address";
import { blockOf, contains } from "./block";

export type Allowlist = {
  /**
   * Whether a request from this address is accepted. An unreadable address is refused, whatever
   * the list.
   */
  allows(address: string): boolean;
  /** The entry that allows the address, "any" for an empty list, null if none does. */
  ruleFor(address: string): string | null;
};

/** Prepares canonical entries for matching. An empty list accepts every valid address. */
export function compileAllowlist(entries: readonly string[]): Allowlist {
  const blocks = entries.map(blockOf);
  const ruleFor = (text: string): string | null => {
    if (blocks.length === 0) return isAddress(text) ? "any" : null;
    const address = parseAddress(text);
    if (!address) return null;
    return blocks.find((block) => contains(block, address))?.text ?? null;
  };
  return { ruleFor, allows: (address) => ruleFor(address) !== null };
}
