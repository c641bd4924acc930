import { createHash } from "node:crypto";
import type { UserId } from "../../platform/ids";

/*
 * The format and the hash of recovery codes. Pure.
 *
 * Promise: a code has 80 random bits, so guessing is hopeless at any length of time, and a stolen
 * table of hashes does not reveal a code. A code survives being read aloud or copied by hand: a
 * letter that looks like a digit is read as that digit. Attack: a dump of the table. A fast hash
 * is enough because the codes are random, not chosen by people. The hash includes the user's id,
 * so that it fits no other user.
 * ASVS 5.0: 6.5.1, 6.5.2, 6.5.3; the alphabet is Crockford's base 32.
 */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const CHARACTERS = 16;

/** The random bytes in a code, and the number of codes of a user. */
export const RECOVERY_CODE_BYTES = 10;
export const RECOVERY_CODES = 10;

export function recoveryCode(random: Uint8Array): string {
  if (random.length !== RECOVERY_CODE_BYTES) throw new Error(`a recovery code is made of ${RECOVERY_CODE_BYTES} bytes`);
  const bits = BigInt(`0x${Buffer.from(random).toString("hex")}`);
  return Array.from(
    { length: CHARACTERS },
    (_, at) => ALPHABET[Number((bits >> BigInt(5 * (CHARACTERS - 1 - at))) & 31n)],
  ).join("");
}

/**
 * Reads a typed code in any case and spacing, with o for 0 and i or l for 1. Null if it cannot be
 * a code.
 */
export function readRecoveryCode(text: string): string | null {
  if (text.length > 100) return null;
  const code = text.toLowerCase().replace(/[\s-]/g, "").replace(/o/g, "0").replace(/[il]/g, "1");
  return code.length === CHARACTERS && [...code].every((character) => ALPHABET.includes(character)) ? code : null;
}

export function recoveryCodeHash(userId: UserId, code: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    createHash("sha256").update(`countersign:recovery:v1:${userId.toLowerCase()}:${code}`).digest(),
  );
}
