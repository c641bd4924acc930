import type { Sentences } from "./sentences";

/** Refusals that are about a 2FA code, a recovery code, a passkey or a device. */
export type SecondFactorRefusal =
  | { code: "code_malformed" }
  | { code: "code_wrong" }
  | { code: "code_clock_off" }
  | { code: "code_used"; seconds: number }
  | { code: "codes_busy" }
  | { code: "codes_locked"; until: string }
  | { code: "codes_disabled" }
  | { code: "codes_work" }
  | { code: "recovery_code_wrong" }
  | { code: "too_many_recovery_codes"; seconds: number }
  | { code: "passkey_refused" }
  | { code: "passkey_used" }
  | { code: "passkey_cancelled" }
  | { code: "passkeys_not_loaded" }
  | { code: "too_many_passkeys"; limit: number }
  | { code: "passkeys_busy"; seconds: number }
  | { code: "device_move_over" };

/** By themselves for the login page, which does not load all sentences. */
export const CODE_MALFORMED = "A 2FA code is six digits. Enter the code your authenticator app shows now.";
const PASSKEY_CANCELLED = "No passkey was used. Try again, or enter a code.";
export const PASSKEYS_NOT_LOADED =
  "Passkeys could not be loaded, and nothing was changed. Reload the page, then try again.";

export const SECOND_FACTOR: Sentences<SecondFactorRefusal> = {
  code_malformed: ["code", CODE_MALFORMED],
  code_wrong: ["code", "That code did not match. Check it, or enter the next one."],
  code_clock_off: [
    "code",
    "The clock of your phone is off, so its codes do not match. Turn on automatic date and time in its settings, then enter a new code.",
  ],
  code_used: ["code", (refusal) => `You already used this code. Next code in ${refusal.seconds} s.`],
  codes_busy: ["code", "Several codes are being checked at once. Wait a moment, then enter the code again."],
  codes_locked: [
    "code",
    (refusal) => `Too many codes were wrong. Codes are locked until ${refusal.until.slice(11, 16)} UTC.`,
  ],
  codes_disabled: [
    "code",
    "Too many codes were wrong, and your 2FA device is disabled. Contact Support to set it up again.",
  ],
  codes_work: ["code", "Your 2FA codes work. Enter a code instead of the password."],
  recovery_code_wrong: ["recoveryCode", "That recovery code did not match. Check it, or use another one."],
  too_many_recovery_codes: [
    "recoveryCode",
    (refusal) => `Too many recovery codes were wrong. Try again in ${refusal.seconds} s, or contact Support.`,
  ],
  passkey_refused: ["code", "This passkey was not accepted. Use another one, or enter a code."],
  passkey_used: ["code", "The passkey request expired. Try again."],
  passkey_cancelled: ["code", PASSKEY_CANCELLED],
  passkeys_not_loaded: ["code", PASSKEYS_NOT_LOADED],
  too_many_passkeys: ["form", (refusal) => `An account has at most ${refusal.limit} passkeys. Remove one first.`],
  passkeys_busy: [
    "code",
    (refusal) => `Too many passkey attempts. Try again in ${refusal.seconds} s, or enter a code.`,
  ],
  device_move_over: ["form", "The new device was not confirmed in time, and nothing was changed. Start again."],
};
