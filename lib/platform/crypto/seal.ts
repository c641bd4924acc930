import type { KeyId, MerchantId } from "../ids";
import { sealTo } from "./hpke";
import type { VersionedKey } from "./key-ring";
import type { Secret } from "./secret";

export type SecretOwner = { keyId: KeyId; merchantId: MerchantId };

/**
 * Seals a secret for the gateway with HPKE (lib/platform/crypto/hpke), bound to the key and
 * merchant that it belongs to.
 *
 * Promise: a process that seals cannot open. The dashboard holds only the public key, so neither
 * a compromised process on the internet nor a stolen database yields a stored secret (ASVS 5.0
 * 11.3.2, 13.3.2).
 * Attack: a sealed secret copied into another row, so that a key the attacker knows is accepted
 * as another merchant's. The seal is bound to another label there, and the gateway cannot open it
 * (lib/platform/crypto/open computes the same label).
 */
export function sealSecret(
  { secret, ...of }: SecretOwner & { secret: Secret },
  key: VersionedKey,
): { sealed: Buffer; keyVersion: number } {
  return { sealed: sealBytes(Buffer.from(secret.expose(), "ascii"), of, key), keyVersion: key.version };
}

/** Seals the raw characters of a secret, as a gateway holds them after opening it. */
export const sealBytes = (secret: Uint8Array, { keyId, merchantId }: SecretOwner, { key }: VersionedKey): Buffer =>
  sealTo(key, secretLabel(keyId, merchantId), secret);

/** The label that a sealed secret is bound to. Ids are lower-case UUIDs. */
export function secretLabel(keyId: KeyId, merchantId: MerchantId): Buffer {
  return Buffer.from(`countersign:secret:v1:${keyId.toLowerCase()}:${merchantId.toLowerCase()}`, "ascii");
}
