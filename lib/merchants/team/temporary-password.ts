import type { randomBytes } from "node:crypto";

/** Without l, o, 0 and 1, which are mistaken for each other when read aloud or copied by hand. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
const LENGTH = 16;

/** 80 random bits: 32 letters and digits, so that five bits of a byte choose one without favour. Pure; randomness is an argument. */
export function newTemporaryPassword(random: typeof randomBytes | ((bytes: number) => Uint8Array)): string {
  return Array.from(random(LENGTH), (byte) => ALPHABET.charAt(byte & 31)).join("");
}

/** A temporary password as it was generated: read aloud in groups, or copied with what stood around it, it comes with blanks that are none of it. */
export const temporaryAsGiven = (typed: string): string => typed.replace(/[\s\p{Cf}]/gu, "");
