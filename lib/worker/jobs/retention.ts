import { db } from "../../platform/db/db";

/** Deletes mails 30 days after they were sent, or 90 days after giving up. @returns how many */
export function deleteOldMails(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM outbox WHERE id IN (
      SELECT id FROM outbox WHERE sent_at <= now() - interval '30 days' OR given_up_at <= now() - interval '90 days'
      LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}
