import { type Say, type Told, textOf, type Words } from "./say";

const ENDS: Record<string, string> = {
  logged_out: "Logged out",
  lapsed: "Logged out: 15 minutes without use, or 12 hours",
  disabled: "Logged out: the user was disabled",
  replaced: "Logged out: a new login in the same browser",
  role_changed: "Logged out: the role was changed",
  removed: "Logged out: removed from a merchant",
  enrolled: "Logged out: the 2FA device was set up, and its next code is asked for",
  password_changed: "Logged out: the password was changed",
  device_changed: "Logged out: 2FA was moved to a new device",
  ended: "Logged out: ended on the page Account of another browser",
  reset: "Logged out: an operator reset the password or the 2FA device",
  first_login: "Logged out: the first login was completed",
};

const REFUSALS: Record<string, string> = {
  password: "The password was not right",
  code_wrong: "The password was right, the code was not",
  code_malformed: "The password was right, the code was not",
  code_used: "The password was right, the code had been used before",
  code_clock_off: "The password was right, the code was of another time",
  codes_busy: "The password was right; too many codes were being checked",
  codes_locked: "The password was right; 2FA codes were locked",
  codes_disabled: "The password was right; there was no 2FA device that may be used",
  recovery_code_wrong: "The password was right, the recovery code was not",
  too_many_recovery_codes: "The password was right; too many recovery codes were tried",
  passkey_refused: "The password was right, the passkey was not",
  passkey_used: "The password was right; the passkey answered too late or twice",
  disabled: "The user is disabled",
  restricted: "The user is Restricted at every merchant",
};

const UNKNOWN = "The e-mail, the password or the code was not right";

/** Events of a person's login, told to every merchant the person belongs to. */
export const LOGIN_WORDS = {
  "session.began": () => ({ what: "Logged in", mark: "login" }),
  "session.ended": ({ data }) => ({ what: ENDS[textOf(data.reason)] ?? "Logged out", mark: "login" }),
  "login.refused": ({ person, data }) => refusedLogins(person, data),
  "code.locked": ({ person, data }) => ({
    what: `2FA codes of ${person} locked for 30 minutes`,
    detail: [`5 codes refused in a row, ${at(data.purpose)}`],
    mark: "lock",
  }),
  "code.disabled": ({ person, data }) => ({
    what: `2FA codes of ${person} disabled`,
    detail: [`50 codes refused without a right one, ${at(data.purpose)}. Support can reset the 2FA device`],
    mark: "lock",
  }),
  "password.accepted_for_code": () => ({ what: "Password accepted instead of a 2FA code", detail: ["To deactivate a key"], mark: "lock" }),
  "password.refused_for_code": () => ({ what: "Password refused instead of a 2FA code", detail: ["Nothing was changed"], mark: "lock" }),
} satisfies Record<string, Say>;

/** Those of an hour from one source: how many there were of each kind, and the last. */
function refusedLogins(person: string, { reasons, last }: Told["data"]): Words {
  const counted = Object.entries(Object(reasons)).map(([reason, times]) => ({ reason, times: Number(times) || 1 }));
  const all = counted.reduce((sum, { times }) => sum + times, 0);
  const sentences = counted.map(({ reason, times }) => `${REFUSALS[reason] ?? UNKNOWN}${times > 1 ? ` (${times} times)` : ""}`);
  if (all > 1) sentences.push(`The last one at ${textOf(last).slice(11, 16)} UTC`);
  const what = `Login as ${person} refused${all > 1 ? ` ${all} times` : ""}`;
  return { what, detail: [sentences.join(". ") || UNKNOWN], mark: "login" };
}

const at = (purpose: unknown): string => (purpose === "login" ? "at login" : "while changing something");
