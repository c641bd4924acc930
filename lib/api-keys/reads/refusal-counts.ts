import { TRY } from "../../gateway/usage/columns";
import { type RunSql, runSqlAsApp } from "../../platform/db/db";
import { SECRET_ACCEPTED } from "../../platform/signing/sent-secret";
import { PERIODS, type Period } from "./periods";

/**
 * Refused requests of a key for one reason from one source. `mistake` is that of the last request,
 * if that one was examined (`looked`).
 */
export type RefusalRow = {
  reason: string;
  source: string;
  count: number;
  firstAt: string;
  lastAt: string;
  mistake: string | null;
  looked: boolean;
};

/**
 * `accepted` are no refusals: the key's secret came with requests that were accepted. With `more`,
 * only the latest kinds are in `rows`; `refused` and `tries` count all of them.
 */
export type Refusals = {
  rows: RefusalRow[];
  accepted: RefusalRow[];
  more: boolean;
  refused: number;
  tries: number;
};

const MAX_ROWS = 100;

type Row = Omit<RefusalRow, "firstAt" | "lastAt"> & { firstAt: Date; lastAt: Date; refused: number; tries: number };

/** The row comparison makes the planner use the index over both columns. */
const REFUSALS = `
  SELECT kinds.*, coalesce(sum(count) FILTER (WHERE reason NOT IN ('${TRY}', '${SECRET_ACCEPTED}')) OVER (), 0) AS refused,
    coalesce(sum(count) FILTER (WHERE reason = '${TRY}') OVER (), 0) AS tries
  FROM (SELECT CASE WHEN mistake = '${SECRET_ACCEPTED}' THEN mistake ELSE reason END AS reason, source, sum(count)::float8 AS count, min(first_at) AS "firstAt", max(last_at) AS "lastAt",
    (array_agg(CASE WHEN looked_at = last_at THEN mistake END ORDER BY last_at DESC))[1] AS mistake,
    (array_agg(looked_at IS NOT DISTINCT FROM last_at ORDER BY last_at DESC))[1] AS looked
  FROM refusals
  WHERE (key_number, last_at) >= ($1::int, now() - $2::interval) AND (key_number, last_at) <= ($1::int, 'infinity'::timestamptz)
  GROUP BY 1, source) kinds ORDER BY "lastAt" DESC LIMIT ${MAX_ROWS + 1}`;

/** The latest first. */
export async function refusalsOf(number: number, period: Period, runSql: RunSql = runSqlAsApp): Promise<Refusals> {
  const rows = await runSql<Row>(REFUSALS, [number, PERIODS[period].interval]);
  const told = rows.slice(0, MAX_ROWS).map(({ refused, tries, firstAt, lastAt, ...row }) => ({
    ...row,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  }));
  return {
    rows: told.filter(({ reason }) => reason !== SECRET_ACCEPTED),
    accepted: told.filter(({ reason }) => reason === SECRET_ACCEPTED),
    more: rows.length > MAX_ROWS,
    refused: rows[0]?.refused ?? 0,
    tries: rows[0]?.tries ?? 0,
  };
}
