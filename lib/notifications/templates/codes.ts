import { type Letter, letter, type Surroundings, when } from "../letter";

/** `until` is an ISO time, or null when the device is disabled until it is enrolled again. */
export type Locked = { purpose: "login" | "step_up"; until: string | null };

const LEADS = {
  login: "Somebody who knows your password entered wrong 2FA codes at the login page.",
  step_up: "Wrong 2FA codes were entered by somebody who is logged in as you.",
};

const OTHERWISE = {
  login: "Was this not you? Your password is known to somebody else: change it on the page Account, and contact Support",
  step_up: "Was this not you? Somebody else uses your session: log in, end the other sessions on the page Account, and contact Support",
};

export function codesLocked({ purpose, until }: Locked, { at, support }: Surroundings): Letter {
  return letter({
    subject: until ? "Your 2FA codes are locked for 30 minutes" : "Your 2FA device is disabled",
    lead: `${LEADS[purpose]} ${until ? "Codes are not accepted for a while." : "Codes are not accepted until Support has reset your 2FA device."}`,
    facts: [
      ["Where", purpose === "login" ? "The login page" : "Inside the dashboard"],
      ["When", when(at)],
      ["Locked until", until && when(new Date(until))],
    ],
    otherwise: `${OTHERWISE[purpose]}: ${support}`,
    foot: "Sent to you alone. Notices from Countersign never contain a secret key, a code or a link to log in.",
  });
}
