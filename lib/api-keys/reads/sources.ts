import type { RunSql } from "../../platform/db/db";

/**
 * A source of a key's requests in the last days: an address, a network, or "other". `astray`:
 * requests from an allowed address, signed correctly, to a path or with a method that there is not.
 */
export type Source = { source: string; accepted: number; refused: number; astray: number; lastAt: string };

export const SOURCE_DAYS = 7;
const MAX = 100;

type Row = Omit<Source, "lastAt"> & { lastAt: Date };

/**
 * Accepted requests are counted by whole UTC days. `refused` counts requests whose signature was
 * right and whose address was not allowed. The busiest source first.
 */
const SOURCES = `
  SELECT source, sum(accepted)::float8 AS accepted, sum(refused)::float8 AS refused, sum(astray)::float8 AS astray, max(at) AS "lastAt" FROM (
    SELECT source, count AS accepted, 0 AS refused, 0 AS astray, last_at AS at FROM key_sources
    WHERE (key_number, day) >= ($1::int, (now() AT TIME ZONE 'UTC')::date - ${SOURCE_DAYS - 1}) AND (key_number, day) <= ($1::int, 'infinity'::date)
    UNION ALL
    SELECT source, 0, CASE WHEN reason = 'ip_not_allowed' THEN count ELSE 0 END, CASE WHEN reason = 'ip_not_allowed' THEN 0 ELSE count END, last_at FROM refusals
    WHERE (key_number, last_at) >= ($1::int, now() - interval '${SOURCE_DAYS} days') AND (key_number, last_at) <= ($1::int, 'infinity'::timestamptz)
      AND reason IN ('ip_not_allowed', 'not_found', 'method_not_allowed')) counted
  GROUP BY source ORDER BY sum(accepted) DESC, max(at) DESC LIMIT ${MAX}`;

export async function sourcesOf(runSql: RunSql, number: number): Promise<Source[]> {
  const rows = await runSql<Row>(SOURCES, [number]);
  return rows.map((row) => ({ ...row, lastAt: row.lastAt.toISOString() }));
}
