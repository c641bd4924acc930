import { checkOf, digestOf, fingerprintOf } from "../platform/crypto/digest";
import { Secret } from "../platform/crypto/secret";

/**
 * The two halves of a pair, from randomness given as an argument (`randomBytes` of node:crypto in the operations).
 *
 * Promise: every character of [A-Za-z0-9] is equally likely, so a key carries 190 bits and a secret 381 (ASVS 5.0 11.5.1 asks for 128).
 * Attack: `byte % 62` makes eight characters likelier than the rest; bytes from 248 up are thrown away instead.
 */
export type Random = (size: number) => Uint8Array;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const EVEN = 256 - (256 % ALPHABET.length);

/** 32 characters; what a request names in X-Processing-Key. Not a secret. */
export function newKey(random: Random): string {
  return characters(32, random);
}

/** 64 characters; the HMAC key. Made in the transaction that activates a key first, never before. */
export function newSecret(random: Random): Secret {
  return new Secret(characters(64, random));
}

/** What Support and an Owner tell by whether they speak of the same secret. */
export const fingerprint = (secret: Secret): string => fingerprintOf(digest(secret));

/** What the database tells by, when a secret is sealed anew, that it is the same. */
export const secretCheck = (secret: Secret): Buffer => checkOf(digest(secret));

const digest = (secret: Secret): Buffer => digestOf(Buffer.from(secret.expose(), "ascii"));

function characters(count: number, random: Random): string {
  let text = "";
  while (text.length < count) {
    for (const byte of random(count)) {
      if (byte < EVEN && text.length < count) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}
