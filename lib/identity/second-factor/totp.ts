import { generateSecret, generateURI, verifySync } from "otplib";
import { EARLY_SECONDS, STEP_SECONDS } from "./step";

/*
 * Promise: a code is good for its own 30-second step, the one after it and the last 5 seconds before it, and a step that was
 * accepted once is never accepted again, whatever it is used for. Attacks: replaying a code read over a shoulder; stretching
 * the window with a forged clock (the time is the database's); feeding the library what is not six digits (it throws).
 * One step of delay is what RFC 6238 section 5.2 recommends for slow typing and networks; it is more than the 30 seconds of
 * ASVS 5.0 6.5.5, which a single use (6.5.1), the locks and the server's clock (6.5.8) make up for.
 */
const TOLERANCE: [past: number, future: number] = [STEP_SECONDS, EARLY_SECONDS];

/** How far a code that was never accepted may be from now for its user to be told that their device's clock is off. */
const CLOCK_OFF: [past: number, future: number] = [120, 120];

export type CodeCheck =
  | { kind: "right"; step: number }
  | { kind: "used"; seconds: number }
  /** Refused like a wrong one. */
  | { kind: "clock_off"; step: number }
  | { kind: "wrong" };

export const isCode = (text: unknown): text is string => typeof text === "string" && /^[0-9]{6}$/.test(text);

/** Judges six digits against a base32 seed. `at` is in seconds since 1970, `lastStep` the last step that was accepted. */
export function checkCode(code: string, { seed, at, lastStep }: { seed: string; at: number; lastStep: number }): CodeCheck {
  if (!isCode(code)) return { kind: "wrong" };
  const step = stepOf(code, seed, at, TOLERANCE);
  if (step !== null) return step <= lastStep ? { kind: "used", seconds: secondsUntilAfter(lastStep, at) } : { kind: "right", step };
  const other = stepOf(code, seed, at, CLOCK_OFF);
  return other !== null && other > lastStep ? { kind: "clock_off", step: other } : { kind: "wrong" };
}

function stepOf(code: string, seed: string, at: number, epochTolerance: [number, number]): number | null {
  const result = verifySync({ secret: seed, token: code, epoch: Math.floor(at), epochTolerance });
  return result.valid && "timeStep" in result ? result.timeStep : null;
}

/** Whole seconds until a device shows the first code after `step`; at least 1, so that the sentence is never "in 0 s". */
export function secondsUntilAfter(step: number, at: number): number {
  return Math.max(1, Math.ceil((step + 1) * STEP_SECONDS - at));
}

/** 160 random bits in base32, as RFC 4226 section 4 recommends. */
export const newSeed = (): string => generateSecret({ length: 20 });

/** What an authenticator app reads from the QR code. */
export const seedUri = (email: string, seed: string): string => generateURI({ issuer: "Countersign", label: email, secret: seed });
