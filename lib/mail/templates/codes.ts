import { type Mail, type MailContext, mailText, when } from "../mail";

/** `until` is an ISO time, or null if codes are disabled until a device is enrolled again. */
export type Locked = { purpose: "login" | "step_up"; until: string | null };

const LEADS = {
  login: "Somebody who knows your password entered wrong 2FA codes on the login page.",
  step_up: "Wrong 2FA codes were entered by somebody who is logged in as you.",
};

const OTHERWISE = {
  login: "If this was not you, somebody else knows your password. Change it under Account, then contact Support",
  step_up:
    "If this was not you, somebody else is using your session. Log in, end the other sessions under Account, then contact Support",
};

export function codesLocked({ purpose, until }: Locked, { at, support }: MailContext): Mail {
  return mailText({
    subject: until ? "Your 2FA codes are locked for 30 minutes" : "Your 2FA device is disabled",
    lead: `${LEADS[purpose]} ${until ? "No code is accepted until the time below." : "No code is accepted until Support resets your 2FA device."}`,
    facts: [
      ["Where", purpose === "login" ? "The login page" : "Inside the dashboard"],
      ["When", when(at)],
      ["Locked until", until && when(new Date(until))],
    ],
    otherwise: `${OTHERWISE[purpose]}: ${support}`,
    foot: "Sent only to you. Notices from Countersign never contain a secret key, a code or a link to log in.",
  });
}
