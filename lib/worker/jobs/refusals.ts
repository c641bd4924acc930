import { Prisma } from "../../generated/prisma/client";
import { db } from "../../platform/db/db";
import { deleteRows } from "./delete-rows";

const MAX_PER_KEY = 1_000;
const KEYS_AT_ONCE = 100;

/**
 * Keeps the 1,000 latest refusal rows per key, and 1,000 for all unknown keys together. Between two
 * rounds a key may have more. Each round checks the known keys that were refused within the last
 * ten minutes, because no other key can have new rows. In its first round, and after one that
 * failed, it also begins to check all keys, 100 a round: nobody may have trimmed them for longer.
 * @returns a job that returns how many rows it deleted
 */
export function trimRefusals(): (most?: number) => Promise<number> {
  let after: number | null = 0;
  const catchUp = async (most: number): Promise<number> => {
    if (after === null) return 0;
    const numbers = await db().$queryRaw<{ number: number }[]>`
      SELECT DISTINCT key_number AS number FROM refusals WHERE key_number > ${after} ORDER BY 1 LIMIT ${KEYS_AT_ONCE}`;
    const keys = numbers.map(({ number }) => number);
    const count = await deletePast(past(Prisma.sql`SELECT unnest(${keys}::int[])`), most);
    if (count < most) after = keys.at(-1) ?? null;
    return count;
  };
  return async (most = 10_000) => {
    try {
      const unknown = await deletePast(OF_UNKNOWN_KEYS, most);
      const lately = await deletePast(past(REFUSED_LATELY), most);
      return unknown + lately + (await catchUp(most));
    } catch (error) {
      after ??= 0;
      throw error;
    }
  };
}

const OF_UNKNOWN_KEYS = Prisma.sql`
  SELECT ctid FROM refusals WHERE key_number IS NULL ORDER BY last_at DESC OFFSET ${MAX_PER_KEY}`;
const REFUSED_LATELY = Prisma.sql`
  SELECT DISTINCT key_number FROM refusals WHERE last_at > now() - interval '10 minutes' AND key_number IS NOT NULL`;

/** The rows of these keys past the thousand latest of each. */
const past = (keys: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT r.ctid FROM (${keys}) AS g (key_number) CROSS JOIN LATERAL (
    SELECT ctid FROM refusals
    WHERE (key_number, last_at) >= (g.key_number, '-infinity'::timestamptz) AND (key_number, last_at) <= (g.key_number, 'infinity'::timestamptz)
    ORDER BY key_number DESC, last_at DESC OFFSET ${MAX_PER_KEY}) r`;

const deletePast = (rows: Prisma.Sql, most: number): Promise<number> =>
  db().$executeRaw`
    DELETE FROM refusals WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM refusals WHERE ctid = ANY (ARRAY(${rows} LIMIT ${most}::int)) FOR UPDATE SKIP LOCKED))`;

/** Deletes a row of refusals 90 days after its last one. @returns how many */
export function deleteOldRefusals(most = 10_000): Promise<number> {
  return deleteRows("refusals", Prisma.sql`last_at <= now() - interval '90 days'`, most);
}
