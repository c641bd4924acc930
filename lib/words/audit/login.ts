import { type Describe, type Description, type EventFacts, textOf } from "../../audit/describe";

const ENDS: Record<string, string> = {
  logged_out: "Logged out",
  lapsed: "Logged out: inactive for 15 minutes, or logged in for 12 hours",
  disabled: "Logged out: the user was disabled",
  replaced: "Logged out: a new login in the same browser",
  role_changed: "Logged out: the role was changed",
  removed: "Logged out: removed from a merchant",
  enrolled: "Logged out: the 2FA device was set up",
  password_changed: "Logged out: the password was changed",
  device_changed: "Logged out: 2FA was moved to a new device",
  ended: "Logged out: ended from another browser",
  reset: "Logged out: an operator reset the password or the 2FA device",
  first_login: "Logged out: the first login was completed",
};

const REFUSALS: Record<string, string> = {
  password: "Wrong password",
  code_wrong: "Right password, wrong code",
  code_malformed: "Right password, wrong code",
  code_used: "Right password, but the code was already used",
  code_clock_off: "Right password, but the code of another time",
  codes_busy: "Right password; too many codes were being checked at once",
  codes_locked: "Right password; 2FA codes were locked",
  codes_disabled: "Right password; there was no 2FA device to check a code with",
  recovery_code_wrong: "Right password, wrong recovery code",
  too_many_recovery_codes: "Right password; too many recovery codes were tried",
  passkey_refused: "Right password, wrong passkey",
  passkey_used: "Right password; the passkey request had expired",
  disabled: "The user is disabled",
  restricted: "The user is Restricted at every merchant",
};

const UNKNOWN = "Wrong email, password or code";

/** Events of a person's logins; shown at every merchant the person belongs to. */
export const LOGIN_WORDS = {
  "session.began": () => ({ what: "Logged in", icon: "login" }),
  "session.ended": ({ data }) => ({ what: ENDS[textOf(data.reason)] ?? "Logged out", icon: "login" }),
  "login.refused": ({ person, data }) => refusedLogins(person, data),
  "code.locked": ({ person, data }) => ({
    what: `2FA codes of ${person} locked for 30 minutes`,
    detail: [`5 wrong codes in a row, ${at(data.purpose)}`],
    icon: "lock",
  }),
  "code.disabled": ({ person, data }) => ({
    what: `2FA codes of ${person} disabled`,
    detail: [`50 wrong codes without a right one, ${at(data.purpose)}. Support can reset the 2FA device`],
    icon: "lock",
  }),
  "password.accepted_for_code": () => ({
    what: "Password accepted instead of a 2FA code",
    detail: ["To deactivate a key"],
    icon: "lock",
  }),
  "password.refused_for_code": () => ({
    what: "Password refused instead of a 2FA code",
    detail: ["Nothing was changed"],
    icon: "lock",
  }),
} satisfies Record<string, Describe>;

/** The refused logins of an hour from one source: the number of each kind, and the last one. */
function refusedLogins(person: string, { reasons, last }: EventFacts["data"]): Description {
  const counted = Object.entries(Object(reasons)).map(([reason, times]) => ({ reason, times: Number(times) || 1 }));
  const all = counted.reduce((sum, { times }) => sum + times, 0);
  const sentences = counted.map(
    ({ reason, times }) => `${REFUSALS[reason] ?? UNKNOWN}${times > 1 ? ` (${times} times)` : ""}`,
  );
  if (all > 1) sentences.push(`The last one at ${textOf(last).slice(11, 16)} UTC`);
  const what = `Login as ${person} refused${all > 1 ? ` ${all} times` : ""}`;
  return { what, detail: [sentences.join(". ") || UNKNOWN], icon: "login" };
}

const at = (purpose: unknown): string => (purpose === "login" ? "at login" : "while changing something");
