import { COLUMNS } from "../../gateway/usage/columns";
import { db } from "../../platform/db/db";

const sums = COLUMNS.map((column) => `sum(${column})`).join(", ");
const added = COLUMNS.map((column) => `${column} = sum.${column} + excluded.${column}`).join(", ");

/** Adds the rows that are `gone` up in this table, by this time. */
const addedTo = (table: string, column: string, time: string) => `
      INSERT INTO ${table} AS sum (key_number, ${column}, ${COLUMNS.join(", ")})
      SELECT key_number, ${time}, ${sums} FROM gone GROUP BY 1, 2 ORDER BY 1, 2
      ON CONFLICT (key_number, ${column}) DO UPDATE SET ${added}`;

/**
 * Adds the gateways' hours older than 48 hours to the key's hours and days and deletes them, in one
 * statement, so that none is ever counted twice or not at all. @returns how many
 */
export function rollUpUsage(most = 10_000): Promise<number> {
  return counted(`
    WITH old AS MATERIALIZED (
      SELECT key_number, hour, gateway FROM key_usage WHERE hour <= now() - interval '48 hours'
      ORDER BY hour LIMIT ${Math.trunc(most)} FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM key_usage u USING old WHERE (u.key_number, u.hour, u.gateway) = (old.key_number, old.hour, old.gateway)
      RETURNING u.*
    ), hours AS (${addedTo("key_usage_hours", "hour", "hour")}
    ), days AS (${addedTo("key_usage_days", "day", "(hour AT TIME ZONE 'UTC')::date")}
    )
    SELECT count(*)::int AS count FROM gone`);
}

/** Deletes hours after 8 days: no page shows hours of more than 7. @returns how many */
export function deleteOldHours(most = 10_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM key_usage_hours WHERE (key_number, hour) IN (
      SELECT key_number, hour FROM key_usage_hours WHERE hour <= now() - interval '8 days' LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}

/** Deletes days after 90 days. @returns how many */
export function deleteOldDays(most = 10_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM key_usage_days WHERE (key_number, day) IN (
      SELECT key_number, day FROM key_usage_days WHERE day <= (now() AT TIME ZONE 'UTC')::date - 90 LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}

/** Deletes the sources of requests 30 days after they were counted. @returns how many */
export function deleteOldSources(most = 10_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM key_sources WHERE (key_number, day, gateway, source) IN (
      SELECT key_number, day, gateway, source FROM key_sources WHERE day <= (now() AT TIME ZONE 'UTC')::date - 30 LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
}

async function counted(statement: string): Promise<number> {
  const [row] = await db().$queryRawUnsafe<{ count: number }[]>(statement);
  return row?.count ?? 0;
}
