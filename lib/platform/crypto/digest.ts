import { createHash } from "node:crypto";

/**
 * Digests of a secret. They show whether two secrets are the same without revealing them.
 *
 * The digest is a labelled SHA-256 and is not stored: only somebody who opened the secret can
 * compute it. The fingerprint is its first 64 bits, in hex, for people. The check is the SHA-256
 * of the digest, and the database compares checks: the check does not reveal the digest, so only
 * somebody who opened the secret can present it. A secret has 381 random bits, so no digest can
 * be reversed by guessing.
 */
export const digestOf = (secret: Uint8Array): Buffer =>
  createHash("sha256").update("countersign:fingerprint:v1:").update(secret).digest();

export const fingerprintOf = (digest: Buffer): string => digest.toString("hex").slice(0, 16);

export const checkOf = (digest: Buffer): Buffer => createHash("sha256").update(digest).digest();
