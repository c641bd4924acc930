import { db } from "../../platform/db/db";

/** Forgets mails 30 days after they were sent, and those that were given up after 90. @returns how many */
export function deleteOldMails(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM outbox WHERE id IN (
      SELECT id FROM outbox WHERE sent_at <= now() - interval '30 days' OR given_up_at <= now() - interval '90 days'
      LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}
