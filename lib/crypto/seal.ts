import { constants, publicEncrypt } from "node:crypto";
import type { VersionedKey } from "./key-ring";
import type { Secret } from "./secret";

/**
 * Seals a secret for the gateway: RSAES-OAEP with SHA-256 (RFC 8017, 7.1), labelled with the key and the merchant it belongs to.
 *
 * Promise: who seals cannot open. The dashboard holds the public key alone, so neither an internet-facing process that is taken over nor a
 * stolen database yields a stored secret (ASVS 5.0 11.3.2, 13.3.2).
 * Attack: a sealed secret copied into another row, so that a key the attacker knows is accepted as another merchant's: the label is
 * another there, and the gateway's open fails (lib/crypto/open computes the same label).
 */
export function sealSecret(
  { secret, keyId, merchantId }: { secret: Secret; keyId: string; merchantId: string },
  { version, key }: VersionedKey,
): { sealed: Buffer; keyVersion: number } {
  const sealed = publicEncrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256", oaepLabel: secretLabel(keyId, merchantId) },
    Buffer.from(secret.expose(), "ascii"),
  );
  return { sealed, keyVersion: version };
}

/** What a sealed secret is bound to; ids are lower-case UUIDs. */
export function secretLabel(keyId: string, merchantId: string): Buffer {
  return Buffer.from(`countersign:secret:v1:${keyId.toLowerCase()}:${merchantId.toLowerCase()}`, "ascii");
}
