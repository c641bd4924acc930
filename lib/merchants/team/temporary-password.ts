import type { randomBytes } from "node:crypto";

/** Without l, o, 0 and 1, which are easily confused when read aloud or copied by hand. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH = 16;

/**
 * 80 random bits. The alphabet has 32 characters, so five bits of a byte choose one without bias.
 * Pure: randomness is an argument.
 */
export function newTemporaryPassword(random: typeof randomBytes | ((bytes: number) => Uint8Array)): string {
  return Array.from(random(LENGTH), (byte) => ALPHABET.charAt(byte & 31)).join("");
}

/** Removes whitespace from a typed password: it is read aloud in groups, or copied with blanks. */
export const normalizeTemporaryPassword = (typed: string): string => typed.replace(/[\s\p{Cf}]/gu, "");
