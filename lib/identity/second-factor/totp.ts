import { generateSecret, generateURI, verifySync } from "otplib";
import { EARLY_SECONDS, STEP_SECONDS } from "./step";

/*
 * Promise: a code is valid in its own 30-second step, in the step after it and in the 5 seconds
 * before it. A step that was accepted once is never accepted again, for any purpose. Attacks:
 * replaying a code read over a shoulder; stretching the window with a forged clock (the time is
 * the database's); passing the library something other than six digits (it throws).
 * RFC 6238 section 5.2 recommends one step of delay for slow typing and slow networks. That is
 * more than the 30 seconds of ASVS 5.0 6.5.5; single use (6.5.1), the locks and the server's clock
 * (6.5.8) make up for it.
 */
const TOLERANCE: [past: number, future: number] = [STEP_SECONDS, EARLY_SECONDS];

/** Seconds. A code that is only right within this window means that the device's clock is off. */
const CLOCK_OFF: [past: number, future: number] = [120, 120];

export type CodeCheck =
  | { kind: "right"; step: number }
  | { kind: "used"; seconds: number }
  /** Refused like a wrong code. */
  | { kind: "clock_off"; step: number }
  | { kind: "wrong" };

export const isCode = (text: unknown): text is string => typeof text === "string" && /^[0-9]{6}$/.test(text);

/**
 * Checks six digits against a base32 seed. `at` is Unix time in seconds, `lastStep` the last step
 * that was accepted.
 */
export function checkCode(
  code: string,
  { seed, at, lastStep }: { seed: string; at: number; lastStep: number },
): CodeCheck {
  if (!isCode(code)) return { kind: "wrong" };
  const step = stepOf(code, seed, at, TOLERANCE);
  if (step !== null)
    return step <= lastStep ? { kind: "used", seconds: secondsUntilAfter(lastStep, at) } : { kind: "right", step };
  const other = stepOf(code, seed, at, CLOCK_OFF);
  return other !== null && other > lastStep ? { kind: "clock_off", step: other } : { kind: "wrong" };
}

function stepOf(code: string, seed: string, at: number, epochTolerance: [number, number]): number | null {
  const result = verifySync({ secret: seed, token: code, epoch: Math.floor(at), epochTolerance });
  return result.valid && "timeStep" in result ? result.timeStep : null;
}

/** Whole seconds until a device shows the code after that of `step`; at least 1. */
export function secondsUntilAfter(step: number, at: number): number {
  return Math.max(1, Math.ceil((step + 1) * STEP_SECONDS - at));
}

/** 160 random bits in base32, as RFC 4226 section 4 recommends. */
export const newSeed = (): string => generateSecret({ length: 20 });

/** The otpauth URI that an authenticator app reads from the QR code. */
export const seedUri = (email: string, seed: string): string =>
  generateURI({ issuer: "Countersign", label: email, secret: seed });
