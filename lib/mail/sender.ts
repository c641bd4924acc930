import { workerEnv } from "../platform/env";
import type { Send } from "./deliver";
import { saveDemoMail } from "./demo-mails";
import { smtpSender } from "./smtp";

/** Sends over SMTP, or in the demo into a folder. */
export function configuredSender(): Send {
  const { SMTP_URL, MAIL_FROM, DEMO_MAIL_DIR } = workerEnv();
  if (SMTP_URL) return smtpSender(SMTP_URL, MAIL_FROM);
  if (!DEMO_MAIL_DIR) throw new Error("Neither SMTP_URL nor DEMO_MAIL_DIR is set.");
  return (envelope, letter) => saveDemoMail(DEMO_MAIL_DIR, { ...envelope, from: MAIL_FROM }, letter);
}
