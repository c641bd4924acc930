import { randomUUID } from "node:crypto";
import pino from "pino";
import type { Send } from "@/lib/mail/deliver";
import { notify } from "@/lib/mail/enqueue";
import { runOutbox } from "@/lib/mail/outbox";
import { db, transaction } from "@/lib/platform/db/db";
import { asDatabaseOwner } from "../people/api-keys";
import { retryWhileBusy } from "../retry-while-busy";

/** A mail that waits to be sent, by default to a new address. */
export async function waitingMail(email = newRecipient()): Promise<string> {
  await retryWhileBusy(() =>
    transaction((tx) =>
      notify(tx, { to: { email }, template: "password_changed", data: { by: email, from: "203.0.113.7" } }),
    ),
  );
  return email;
}

/** Many such mails, which all appear at once. */
export async function waitingMails(emails: string[]): Promise<void> {
  const data = emails.map((recipient) => ({
    recipient,
    template: "password_changed",
    data: { by: recipient, from: null },
  }));
  await db().outboxMail.createMany({ data });
}

export const newRecipient = () => `reader.${randomUUID()}@acme.example`;

/** A row of the outbox that nothing in the product would write. */
export async function insertMail(template: string, data: unknown): Promise<string> {
  const email = `odd.${randomUUID()}@acme.example`;
  await db()
    .$executeRaw`INSERT INTO outbox (recipient, template, data) VALUES (${email}, ${template}, ${JSON.stringify(data)}::jsonb)`;
  return email;
}

export async function outboxOf(recipient: string) {
  const mails = await db().outboxMail.findMany({ where: { recipient }, orderBy: { createdAt: "asc" } });
  return mails.map(({ data, ...mail }) => ({ ...mail, data: data as Record<string, unknown> }));
}

export async function onlyMailOf(recipient: string) {
  const [mail, ...more] = await outboxOf(recipient);
  if (!mail || more.length > 0) throw new Error(`${recipient} has not one mail but ${more.length + (mail ? 1 : 0)}`);
  return mail;
}

/** Makes every mail that waits for its next try due now. */
export const makeMailsDue = () => asDatabaseOwner("UPDATE outbox SET due_at = now() WHERE sent_at IS NULL");

export type Sending = { log(): string; stop(): Promise<void> };

/** The sending part of a worker, in this process. */
export function startSending(send: Send): Sending {
  const lines: string[] = [];
  const stopping = new AbortController();
  const done = runOutbox(send, stopping.signal, pino({}, { write: (line: string) => void lines.push(line) }));
  return {
    log: () => lines.join(""),
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}
