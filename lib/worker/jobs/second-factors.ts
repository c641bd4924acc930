import { db } from "../../platform/db/db";

/** Forgets challenges that no passkey signed in time; they are refused already. @returns how many */
export function forgetExpiredChallenges(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM passkey_challenges WHERE id IN (
      SELECT id FROM passkey_challenges WHERE expires_at <= now() LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}

/** Erases the seed of a new device that was never confirmed; it is refused already. @returns how many */
export function eraseExpiredMoves(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM device_moves WHERE user_id IN (
      SELECT user_id FROM device_moves WHERE expires_at <= now() LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}
