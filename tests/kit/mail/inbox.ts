import { setTimeout as sleep } from "node:timers/promises";
import { type DemoMail, listDemoMails } from "@/lib/mail/demo-mails";

/** Waits for the newest mail of the running demo to this address with this subject. */
export async function mailTo(email: string, subject: RegExp): Promise<DemoMail> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(200)) {
    const found = (await mailsTo(email)).find((mail) => subject.test(mail.subject));
    if (found) return found;
  }
  throw new Error(`No mail ${subject} to ${email} in 60 s`);
}

/** All mails that were sent to an address, newest first. */
export async function mailsTo(email: string): Promise<DemoMail[]> {
  const all: DemoMail[] = [];
  for (let before: string | undefined, more = true; more; ) {
    const { mails, older } = await listDemoMails(process.env.DEMO_MAIL_DIR ?? "", before);
    all.push(...mails.filter(({ to }) => to === email));
    before = older ?? undefined;
    more = older !== null;
  }
  return all;
}

/** The link in an invitation's mail. */
export async function activationLink(email: string): Promise<string> {
  const { text } = await mailTo(email, /^You were invited to|^Log in to Countersign again/);
  const [link] = /^http\S+\/first-login\?token=[\w-]{43}$/m.exec(text) ?? [];
  if (!link) throw new Error(`The mail to ${email} has no activation link`);
  return link;
}
