import { COLUMNS } from "../../gateway/usage/columns";
import { Prisma } from "../../generated/prisma/client";
import { db } from "../../platform/db/db";
import { deleteRows, someRows } from "./delete-rows";

const sums = COLUMNS.map((column) => `sum(${column})`).join(", ");
const added = COLUMNS.map((column) => `${column} = sum.${column} + excluded.${column}`).join(", ");

/** Adds the rows that are `gone` up in this table, by this time. */
const addedTo = (table: string, column: string, time: string) =>
  Prisma.raw(`
      INSERT INTO ${table} AS sum (key_number, ${column}, ${COLUMNS.join(", ")})
      SELECT key_number, ${time}, ${sums} FROM gone GROUP BY 1, 2 ORDER BY 1, 2
      ON CONFLICT (key_number, ${column}) DO UPDATE SET ${added}`);

/**
 * Adds the gateways' hours older than 48 hours to the key's hours and days and deletes them, in one
 * statement, so that none is ever counted twice or not at all. @returns how many
 */
export async function rollUpUsage(most = 10_000): Promise<number> {
  const [row] = await db().$queryRaw<{ count: number }[]>`
    WITH gone AS (
      DELETE FROM key_usage
      WHERE ${someRows("key_usage", Prisma.sql`hour <= now() - interval '48 hours' ORDER BY hour`, most)} RETURNING *
    ), hours AS (${addedTo("key_usage_hours", "hour", "hour")}
    ), days AS (${addedTo("key_usage_days", "day", "(hour AT TIME ZONE 'UTC')::date")}
    )
    SELECT count(*)::int AS count FROM gone`;
  return row?.count ?? 0;
}

/** Deletes hours after 8 days: no page shows hours of more than 7. @returns how many */
export function deleteOldHours(most = 10_000): Promise<number> {
  return deleteRows("key_usage_hours", Prisma.sql`hour <= now() - interval '8 days'`, most);
}

/** Deletes days after 90 days. @returns how many */
export function deleteOldDays(most = 10_000): Promise<number> {
  return deleteRows("key_usage_days", Prisma.sql`day <= (now() AT TIME ZONE 'UTC')::date - 90`, most);
}

/** Deletes the sources of requests 30 days after they were counted. @returns how many */
export function deleteOldSources(most = 10_000): Promise<number> {
  return deleteRows("key_sources", Prisma.sql`day <= (now() AT TIME ZONE 'UTC')::date - 30`, most);
}
