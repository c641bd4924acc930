import { Prisma } from "../../generated/prisma/client";
import { db } from "../../platform/db/db";
import { deleteRows } from "./delete-rows";

const MAX_PER_KEY = 1_000;

/**
 * Keeps the 1,000 latest refusal rows per key, and 1,000 for all unknown keys together. Between two
 * rounds a key may have more. Of the known keys it checks only those refused within the last ten
 * minutes, because no other key can have new rows; but all of them in its first round and after one
 * that failed or was too short, because nobody may have trimmed for longer.
 * @returns a job that returns how many rows it deleted
 */
export function trimRefusals(): (most?: number) => Promise<number> {
  let all = true;
  return async (most = 10_000) => {
    const which = all ? Prisma.sql`true` : Prisma.sql`last_at > now() - interval '10 minutes'`;
    all = true;
    const count = await trim(which, most);
    all = count >= most;
    return count;
  };
}

const trim = (which: Prisma.Sql, most: number): Promise<number> =>
  db().$executeRaw`
    WITH grown AS (SELECT DISTINCT key_number FROM refusals WHERE ${which} AND key_number IS NOT NULL),
    past AS (
      SELECT r.ctid FROM grown g CROSS JOIN LATERAL (
        SELECT ctid FROM refusals
        WHERE (key_number, last_at) >= (g.key_number, '-infinity'::timestamptz) AND (key_number, last_at) <= (g.key_number, 'infinity'::timestamptz)
        ORDER BY key_number DESC, last_at DESC OFFSET ${MAX_PER_KEY} LIMIT ${most}) r
      UNION ALL
      (SELECT ctid FROM refusals WHERE key_number IS NULL ORDER BY last_at DESC OFFSET ${MAX_PER_KEY} LIMIT ${most})
    )
    DELETE FROM refusals WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM refusals WHERE ctid = ANY (ARRAY(SELECT ctid FROM past)) FOR UPDATE SKIP LOCKED))`;

/** Deletes a row of refusals 90 days after its last one. @returns how many */
export function deleteOldRefusals(most = 10_000): Promise<number> {
  return deleteRows("refusals", Prisma.sql`last_at <= now() - interval '90 days'`, most);
}
