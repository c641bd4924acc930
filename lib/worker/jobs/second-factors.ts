import { db } from "../../platform/db/db";

/** Deletes expired passkey challenges, which are already refused. @returns how many */
export function forgetExpiredChallenges(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM passkey_challenges WHERE id IN (
      SELECT id FROM passkey_challenges WHERE expires_at <= now() LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}

/** Deletes device moves that were not confirmed in time, with their seeds. @returns how many */
export function eraseExpiredMoves(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM device_moves WHERE user_id IN (
      SELECT user_id FROM device_moves WHERE expires_at <= now() LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}
