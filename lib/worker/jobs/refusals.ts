import { Prisma } from "../../generated/prisma/client";
import { db } from "../../platform/db/db";
import { deleteRows } from "./delete-rows";

const MAX_PER_KEY = 1_000;

/**
 * Keeps the 1,000 latest refusal rows per key, and 1,000 for all unknown keys together. Of the
 * known keys it checks only those refused within the last ten minutes, because no other key can
 * have new rows. Between two rounds a key may have more. @returns how many rows it deleted
 */
export function trimRefusals(most = 10_000): Promise<number> {
  return db().$executeRaw`
    WITH grown AS (SELECT DISTINCT key_number FROM refusals WHERE last_at > now() - interval '10 minutes' AND key_number IS NOT NULL),
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
}

/** Deletes a row of refusals 90 days after its last one. @returns how many */
export function deleteOldRefusals(most = 10_000): Promise<number> {
  return deleteRows("refusals", Prisma.sql`last_at <= now() - interval '90 days'`, most);
}
