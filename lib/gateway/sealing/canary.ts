import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { sealTo } from "../../platform/crypto/hpke";
import type { VersionedKey } from "../../platform/crypto/key-ring";
import { openSealed } from "../../platform/crypto/open";
import { sealWithRsa } from "../../platform/crypto/rsa-oaep";

/**
 * What the database holds of a version: its public key (SPKI DER), and a known text sealed for
 * it.
 */
export type Registered = { version: number; publicKey: Buffer; canary: Buffer };

const labelOf = (version: number): Buffer => Buffer.from(`countersign:canary:v1:${version}`, "ascii");

/** The known text is the label, so the canary of another version does not pass for this one's. */
export function registeredOf({ version, key }: VersionedKey): Registered {
  const publicKey = createPublicKey(key);
  const seal = publicKey.asymmetricKeyType === "rsa" ? sealWithRsa : sealTo;
  const label = labelOf(version);
  return { version, publicKey: derOf(key), canary: seal(publicKey, label, label) };
}

/**
 * The digest (SHA-256) by which a gateway's row names a key that it has. It is the same for the
 * private and the public half.
 */
export const digestOfPublicKey = (key: KeyObject): Buffer => createHash("sha256").update(derOf(key)).digest();

const derOf = (key: KeyObject): Buffer =>
  (key.type === "private" ? createPublicKey(key) : key).export({ format: "der", type: "spki" });

/** Whether this is the private key that the version's secrets are sealed for. */
export async function opensCanary(privateKey: KeyObject, { version, canary }: Registered): Promise<boolean> {
  const text = await openSealed(privateKey, labelOf(version), canary).catch(() => null);
  return text?.equals(labelOf(version)) ?? false;
}
