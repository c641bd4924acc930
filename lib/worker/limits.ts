import { db } from "../platform/db/db";

/** Forgets counters whose time is over; their library reads them as zero already. `expire` is in milliseconds since 1970. @returns how many */
export function forgetExpiredLimits(most = 1_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM rate_limits WHERE key IN (
      SELECT key FROM rate_limits WHERE expire <= extract(epoch FROM now()) * 1000 LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}
