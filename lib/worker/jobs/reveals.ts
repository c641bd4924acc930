import { db } from "../../platform/db/db";

/**
 * Erases the copies of first secrets whose 120 seconds are over: nothing opens them any more, and nothing of them stays.
 * Rows that an activation or a retry holds are left for the next round. @returns how many
 */
export function eraseExpiredReveals(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM reveals WHERE key_id IN (
      SELECT key_id FROM reveals WHERE expires_at <= now() ORDER BY expires_at LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}
