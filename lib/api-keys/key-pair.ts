import { checkOf, digestOf, fingerprintOf } from "../platform/crypto/digest";
import { Secret } from "../platform/crypto/secret";
import { KEY_LENGTH, SECRET_LENGTH } from "./lengths";

/**
 * Makes a key and its secret from the randomness that is passed in (operations pass `randomBytes`
 * of node:crypto).
 *
 * Promise: every character of [A-Za-z0-9] is equally likely, so a key has 190 bits of entropy and
 * a secret 381 (ASVS 5.0 11.5.1 requires 128).
 * Attack: a plain `byte % 62` makes eight characters more likely than the others. So bytes from
 * 248 up are discarded.
 */
export type Random = (size: number) => Uint8Array;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const EVEN = 256 - (256 % ALPHABET.length);

/** Requests send it in X-Processing-Key. Not a secret. */
export function newKey(random: Random): string {
  return characters(KEY_LENGTH, random);
}

/** The HMAC key. Made only in the transaction of the key's first activation. */
export function newSecret(random: Random): Secret {
  return new Secret(characters(SECRET_LENGTH, random));
}

/** Lets Support and an Owner compare whether they mean the same secret. */
export const fingerprint = (secret: Secret): string => fingerprintOf(digest(secret));

/** Lets the database check that a secret is unchanged when it is sealed again. */
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
