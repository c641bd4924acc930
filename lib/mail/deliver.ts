import type { Logger } from "pino";
import { db } from "../platform/db/db";
import type { Due } from "./claim";
import { compose } from "./compose";
import type { Envelope } from "./demo-mails";
import type { Mail } from "./mail";
import { GIVE_UP_DAYS, secondsUntilNext } from "./retries";
import { MailRefused } from "./smtp";

/** Sends a mail, or throws. */
export type Send = (envelope: Omit<Envelope, "from">, letter: Mail) => Promise<void>;

/**
 * Sends one mail, at least once. It counts as sent when the server has confirmed it; after
 * anything else it is tried again. The server's error message is stored without anything that
 * could be a token, because some servers repeat the text that they refuse.
 */
export async function deliver(mail: Due, send: Send, log: Logger): Promise<void> {
  const { id, template, attempts } = mail;
  try {
    const letter = await compose(mail);
    if (!letter) return await giveUp(mail, "The invitation was accepted or withdrawn before this email was sent.");
    await send({ id, to: mail.recipient, at: mail.createdAt }, letter);
  } catch (error) {
    const reason = reasonOf(error);
    const over = await putOff(mail, reason, error instanceof MailRefused);
    log[over ? "error" : "warn"]({ job: "outbox", mail: id, template, attempts, reason, ...(over ? { over } : {}) });
    return;
  }
  await db()
    .$executeRaw`UPDATE outbox SET sent_at = now(), given_up_at = NULL, last_error = NULL WHERE id = ${id}::uuid AND sent_at IS NULL`;
}

/**
 * Postpones the next attempt, or gives up. A worker whose lease has expired changes nothing,
 * because the mail may belong to another worker by now. @returns whether it gave up
 */
async function putOff({ id, attempts }: Due, reason: string, refused: boolean): Promise<boolean> {
  const [row] = await db().$queryRaw<{ over: boolean }[]>`
    UPDATE outbox SET last_error = ${reason}, due_at = now() + make_interval(secs => ${secondsUntilNext(attempts, Math.random)}),
      given_up_at = CASE WHEN ${refused} OR created_at <= now() - make_interval(days => ${GIVE_UP_DAYS}::int) THEN now() END
    WHERE id = ${id}::uuid AND attempts = ${attempts} AND sent_at IS NULL
    RETURNING given_up_at IS NOT NULL AS over`;
  return row?.over ?? false;
}

async function giveUp({ id, attempts }: Due, reason: string): Promise<void> {
  await db().$executeRaw`
    UPDATE outbox SET given_up_at = now(), last_error = ${reason} WHERE id = ${id}::uuid AND attempts = ${attempts} AND sent_at IS NULL`;
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/[\w-]{20,}/g, "…").slice(0, 300);
