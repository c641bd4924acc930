import { db } from "../../platform/db/db";

/**
 * Deletes copies of new secrets after their 120 seconds, when they are no longer delivered. Rows
 * that an activation or a retry has locked are left for the next round. @returns how many
 */
export function eraseExpiredReveals(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM reveals WHERE key_id IN (
      SELECT key_id FROM reveals WHERE expires_at <= now() ORDER BY expires_at LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}
