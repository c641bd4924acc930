import { type Facts, type Mail, type MailContext, mailText, when } from "../mail";

/** `by` is the email of the person who did it, or "Support". `from`: the IP address, if known. */
export type ChangedBy = { by: string; from: string | null };

export const passwordChanged = (act: ChangedBy, around: MailContext): Mail =>
  notice(act, around, {
    subject: "Your password was changed",
    lead: "The password of your Countersign account was changed, and all your other sessions were ended.",
  });

export const deviceChanged = (act: ChangedBy & { reset?: boolean }, around: MailContext): Mail =>
  notice(act, around, {
    subject: act.reset ? "Your 2FA device was reset" : "Your 2FA device was changed",
    lead: act.reset
      ? "The 2FA device of your Countersign account was removed. You set up a new one when you log in next."
      : "2FA codes for your Countersign account now come from another device, and all your other sessions were ended.",
  });

export const disabled = (act: ChangedBy, around: MailContext): Mail =>
  notice(act, around, {
    subject: "Your account was disabled",
    lead: "Your Countersign account was disabled, and all its sessions were ended. Nobody can log in with it.",
  });

export const sessionsEnded = (act: ChangedBy & { count?: number }, around: MailContext): Mail =>
  notice(act, around, {
    subject: "Sessions of your account were ended",
    lead: "Your Countersign account was logged out on other browsers.",
    facts: [["Sessions ended", act.count === undefined ? null : String(act.count)]],
  });

/** Without the passkey's name, so that nobody can put their own words into a mail. */
export const passkeyAdded = (act: ChangedBy, around: MailContext): Mail =>
  notice(act, around, {
    subject: "A passkey was added to your account",
    lead: "A passkey was added to your Countersign account. You can use it wherever a 2FA code is asked for.",
  });

export const passkeyRemoved = (act: ChangedBy, around: MailContext): Mail =>
  notice(act, around, {
    subject: "A passkey was removed from your account",
    lead: "A passkey was removed from your Countersign account. It no longer works.",
  });

export const recoveryCodesRegenerated = (act: ChangedBy, around: MailContext): Mail =>
  notice(act, around, {
    subject: "Your recovery codes were replaced",
    lead: "New recovery codes were created for your Countersign account. The old ones no longer work.",
  });

export const recoveryCodeUsed = (act: ChangedBy & { left: number }, around: MailContext): Mail =>
  notice(act, around, {
    subject: "A recovery code of your account was used",
    lead: "A recovery code was used instead of a 2FA code for your Countersign account.",
    facts: [["Recovery codes left", String(act.left)]],
  });

type Notice = { subject: string; lead: string; facts?: Facts };

/** A notice to the person that it is about. */
export function notice(
  { by, from }: ChangedBy,
  { at, support }: MailContext,
  { subject, lead, facts = [] }: Notice,
): Mail {
  return mailText({
    subject,
    lead,
    facts: [["Done by", by], ["When", when(at)], ["From", from], ...facts],
    otherwise: `If this was not you, contact Support now: ${support}`,
    foot: "Sent only to you. Notices from Countersign never contain a secret key, a code or a link to log in.",
  });
}
