import { db } from "../platform/db/db";

/** A mail that this worker has leased. `attempts` includes this one and identifies the lease. */
export type Due = { id: string; recipient: string; template: string; data: unknown; createdAt: Date; attempts: number };

/** Twice the maximum time of a delivery (lib/mail/smtp). */
const LEASE_SECONDS = 120;

/**
 * Leases the mail that has been due the longest; null if none is due. The lease moves `due_at`
 * into the future. Until then no other worker takes the mail, and after that it is due again, so
 * that a worker that dies loses nothing. No transaction is open while a mail is being sent.
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
