import { createHash } from "node:crypto";

/*
 * What a recovery code is. Pure.
 *
 * Promise: 80 random bits, so that guessing is hopeless however long it goes on and a stolen table of hashes leads to no code; read aloud or
 * copied by hand it is still understood (no letter that looks like a digit counts as another one). Attack: a dump of the table, where a
 * fast hash is enough because nobody chose the code; the user's id is hashed with it, so that no hash fits another user.
 * ASVS 5.0: 6.5.1, 6.5.2, 6.5.3; the alphabet is Crockford's base 32.
 */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const CHARACTERS = 16;

/** How many random bytes a code is made of, and how many codes a user has. */
export const RECOVERY_CODE_BYTES = 10;
export const RECOVERY_CODES = 10;

export function recoveryCode(random: Uint8Array): string {
  if (random.length !== RECOVERY_CODE_BYTES) throw new Error(`a recovery code is made of ${RECOVERY_CODE_BYTES} bytes`);
  const bits = BigInt(`0x${Buffer.from(random).toString("hex")}`);
  return Array.from({ length: CHARACTERS }, (_, at) => ALPHABET[Number((bits >> BigInt(5 * (CHARACTERS - 1 - at))) & 31n)]).join("");
}

/** The code a person typed, in any case and spacing, with o for 0 and i or l for 1; null when it can be none. */
export function readRecoveryCode(text: string): string | null {
  if (text.length > 100) return null;
  const code = text.toLowerCase().replace(/[\s-]/g, "").replace(/o/g, "0").replace(/[il]/g, "1");
  return code.length === CHARACTERS && [...code].every((character) => ALPHABET.includes(character)) ? code : null;
}

export function recoveryCodeHash(userId: string, code: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(`countersign:recovery:v1:${userId.toLowerCase()}:${code}`).digest());
}
