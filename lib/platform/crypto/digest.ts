import { createHash } from "node:crypto";

/**
 * What is known of a secret beside its seal, so that the same secret is told from another without
 * it.
 *
 * The digest is a labelled SHA-256 and is not stored: whoever opened the secret has it. The
 * fingerprint is its first 64 bits, in hex, for people. The check is SHA-256 of the digest: the
 * database compares by it, and it lets nobody show the digest who did not open the secret.
 * Nothing of 381 random bits can be guessed back from any of them.
 */
export const digestOf = (secret: Uint8Array): Buffer => createHash("sha256").update("countersign:fingerprint:v1:").update(secret).digest();

export const fingerprintOf = (digest: Buffer): string => digest.toString("hex").slice(0, 16);

export const checkOf = (digest: Buffer): Buffer => createHash("sha256").update(digest).digest();
