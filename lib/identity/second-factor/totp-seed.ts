import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type KeyRing, parseTotpKeys } from "../../platform/crypto/key-ring";
import { dashboardEnv } from "../../platform/env";
import type { UserId } from "../../platform/ids";

/*
 * Promise: a seed in the database is useless without the dashboard's key, and a row that is
 * copied to another user does not decrypt. Attacks: a stolen dump; an attacker with write access
 * who gives a victim the attacker's own seed (the user id and the key version are authenticated).
 * AES-256-GCM, NIST SP 800-38D, with a random 96-bit nonce and a full 128-bit tag.
 * ASVS 5.0: 11.3.2, 11.3.4.
 */
const ALGORITHM = "aes-256-gcm";
const NONCE = 12;
const TAG = 16;

export type SealedSeed = { sealedSeed: Uint8Array<ArrayBuffer>; keyVersion: number };

export function sealSeed(seed: string, userId: UserId): SealedSeed {
  const { version, key } = ring().current;
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG }).setAAD(boundTo(userId, version));
  const sealed = Buffer.concat([nonce, cipher.update(seed, "ascii"), cipher.final(), cipher.getAuthTag()]);
  return { sealedSeed: new Uint8Array(sealed), keyVersion: version };
}

/** @throws Error if the key of that version is not configured, or the row is another user's */
export function openSeed(
  { sealedSeed, keyVersion }: { sealedSeed: Uint8Array; keyVersion: number },
  userId: UserId,
): string {
  const key = ring().find(keyVersion);
  if (!key) throw new Error(`TOTP_KEYS has no version ${keyVersion}.`);
  const sealed = Buffer.from(sealedSeed);
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(boundTo(userId, keyVersion))
    .setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]).toString("ascii");
}

const boundTo = (userId: UserId, version: number): Buffer => Buffer.from(`countersign:seed:v1:${userId}:${version}`);

let parsed: KeyRing | undefined;
const ring = (): KeyRing => (parsed ??= parseTotpKeys(dashboardEnv().TOTP_KEYS));
