import { db } from "../platform/db/db";

/** A mail that this worker has the lease of. `attempts` counts this one, and tells a lease from later ones. */
export type Due = { id: string; recipient: string; template: string; data: unknown; createdAt: Date; attempts: number };

/** Twice as long as a delivery may take (lib/mail/smtp). */
const LEASE_SECONDS = 120;

/**
 * Takes the mail that has been due longest, or none. The lease is the time it is due next: a mail is with one worker alone until then, and a worker
 * that dies with it loses nothing. No transaction stays open while a mail server is talked to.
 */
export async function claim(): Promise<Due | null> {
  const [mail] = await db().$queryRaw<Due[]>`
    UPDATE outbox SET attempts = attempts + 1, due_at = now() + make_interval(secs => ${LEASE_SECONDS})
    WHERE id = (
      SELECT id FROM outbox WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= now()
      ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, recipient, template, data, created_at AS "createdAt", attempts`;
  return mail ?? null;
}
