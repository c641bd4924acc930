import type { VersionedKey } from "../../platform/crypto/key-ring";

export type HeldKey = { version: number; publicKey: Uint8Array };

/**
 * The newest of our keys that the gateways hold. If no gateway has registered a key yet, this is
 * unknown, and our last key is used.
 * @throws Error with a sentence that says what is wrong with SEALING_PUBLIC_KEY
 */
export function newestHeld(ours: readonly VersionedKey[], held: readonly HeldKey[]): VersionedKey {
  const last = ours.at(-1);
  if (!last) throw new Error("SEALING_PUBLIC_KEY is empty.");
  if (held.length === 0) return last;
  const known = ours.filter((key) => isHeld(key, held));
  const [newest] = known.toSorted((a, b) => b.version - a.version);
  if (newest) return newest;
  const versions = held.map(({ version }) => version).sort((a, b) => a - b);
  throw new Error(
    `SEALING_PUBLIC_KEY holds version ${ours.map(({ version }) => version).join(", ")}, and the gateways open version ${versions.join(", ")}: ` +
      "what this dashboard seals, no gateway would open. Give it their public key, or register its own with npm run admin -- sealing rotate.",
  );
}

/** @throws Error if the gateways hold a different key of that version */
function isHeld({ version, key }: VersionedKey, held: readonly HeldKey[]): boolean {
  const theirs = held.find((each) => each.version === version);
  if (!theirs) return false;
  if (key.export({ format: "der", type: "spki" }).equals(theirs.publicKey)) return true;
  throw new Error(
    `Version ${version} in SEALING_PUBLIC_KEY is another key than the gateways' version ${version}: what this dashboard seals, no gateway would open.`,
  );
}
