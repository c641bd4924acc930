import { sealTo } from "./hpke";
import type { VersionedKey } from "./key-ring";
import type { Secret } from "./secret";

export type BelongsTo = { keyId: string; merchantId: string };

/**
 * Seals a secret for the gateway with HPKE (lib/platform/crypto/hpke), bound to the key and the merchant
 * it belongs to.
 *
 * Promise: who seals cannot open. The dashboard holds the public key alone, so neither an
 * internet-facing process that is taken over nor a stolen database yields a stored secret (ASVS
 * 5.0 11.3.2, 13.3.2).
 * Attack: a sealed secret copied into another row, so that a key the attacker knows is accepted
 * as another merchant's: what it is bound to is another there, and the gateway's open fails
 * (lib/platform/crypto/open computes the same label).
 */
export function sealSecret({ secret, ...of }: BelongsTo & { secret: Secret }, key: VersionedKey): { sealed: Buffer; keyVersion: number } {
  return { sealed: sealBytes(Buffer.from(secret.expose(), "ascii"), of, key), keyVersion: key.version };
}

/** The same of a secret's characters, as a gateway that opened them has them. */
export const sealBytes = (secret: Uint8Array, { keyId, merchantId }: BelongsTo, { key }: VersionedKey): Buffer =>
  sealTo(key, secretLabel(keyId, merchantId), secret);

/** What a sealed secret is bound to; ids are lower-case UUIDs. */
export function secretLabel(keyId: string, merchantId: string): Buffer {
  return Buffer.from(`countersign:secret:v1:${keyId.toLowerCase()}:${merchantId.toLowerCase()}`, "ascii");
}
