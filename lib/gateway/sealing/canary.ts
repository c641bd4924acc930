import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { sealTo } from "../../platform/crypto/hpke";
import type { VersionedKey } from "../../platform/crypto/key-ring";
import { openSealed } from "../../platform/crypto/open";
import { sealWithRsa } from "../../platform/crypto/rsa-oaep";

/**
 * What the database stores for a version of the sealing key: its public key (SPKI DER), and a known
 * text that is sealed for it.
 */
export type Registered = { version: number; publicKey: Buffer; canary: Buffer };

const labelOf = (version: number): Buffer => Buffer.from(`countersign:canary:v1:${version}`, "ascii");

/**
 * The known text is the version's own label, so one version's canary does not pass as another's.
 */
export function registeredOf({ version, key }: VersionedKey): Registered {
  const publicKey = createPublicKey(key);
  const seal = publicKey.asymmetricKeyType === "rsa" ? sealWithRsa : sealTo;
  const label = labelOf(version);
  return { version, publicKey: derOf(key), canary: seal(publicKey, label, label) };
}

/**
 * The SHA-256 digest under which a gateway's row lists a key that the gateway has. It is the same
 * for the private and the public key.
 */
export const digestOfPublicKey = (key: KeyObject): Buffer => createHash("sha256").update(derOf(key)).digest();

const derOf = (key: KeyObject): Buffer =>
  (key.type === "private" ? createPublicKey(key) : key).export({ format: "der", type: "spki" });

/** Whether this is the private key that the version's secrets are sealed for. */
export async function opensCanary(privateKey: KeyObject, { version, canary }: Registered): Promise<boolean> {
  const text = await openSealed(privateKey, labelOf(version), canary).catch(() => null);
  return text?.equals(labelOf(version)) ?? false;
}
