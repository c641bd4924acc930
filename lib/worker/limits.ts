import { db } from "../platform/db/db";

/**
 * Deletes expired counters, which the library already reads as zero. `expire` is Unix time in
 * milliseconds. @returns how many
 */
export function forgetExpiredLimits(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM rate_limits WHERE key IN (
      SELECT key FROM rate_limits WHERE expire <= extract(epoch FROM now()) * 1000 LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}
