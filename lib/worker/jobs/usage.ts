import { COLUMNS } from "../../gateway/usage/columns";
import { db } from "../../platform/db/db";

const sums = COLUMNS.map((column) => `sum(${column})`).join(", ");
const added = COLUMNS.map((column) => `${column} = h.${column} + excluded.${column}`).join(", ");

/**
 * Adds the gateways' hours older than 48 hours to the key's and deletes them, in one statement, so
 * that none is ever counted twice or not at all. @returns how many
 */
export function rollUpUsage(most = 10_000): Promise<number> {
  return counted(`
    WITH old AS MATERIALIZED (
      SELECT key_number, hour, gateway FROM key_usage WHERE hour <= now() - interval '48 hours'
      ORDER BY hour LIMIT ${Math.trunc(most)} FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM key_usage u USING old WHERE (u.key_number, u.hour, u.gateway) = (old.key_number, old.hour, old.gateway)
      RETURNING u.*
    ), hours AS (
      INSERT INTO key_usage_hours AS h (key_number, hour, ${COLUMNS.join(", ")})
      SELECT key_number, hour, ${sums} FROM gone GROUP BY 1, 2 ORDER BY 1, 2
      ON CONFLICT (key_number, hour) DO UPDATE SET ${added}
    )
    SELECT count(*)::int AS count FROM gone`);
}

/** Deletes hours after 90 days. @returns how many */
export function deleteOldHours(most = 10_000): Promise<number> {
  return db().$executeRaw`
    DELETE FROM key_usage_hours WHERE (key_number, hour) IN (
      SELECT key_number, hour FROM key_usage_hours WHERE hour <= now() - interval '90 days' LIMIT ${most} FOR UPDATE SKIP LOCKED)`;
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
