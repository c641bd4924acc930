import { COLUMNS } from "../../gateway/usage/columns";
import type { RunSql } from "../../platform/db/db";
import { PERIODS, type Period } from "./periods";

/** A bar of the chart: requests of a key from `at` on. */
export type Bar = { at: string; accepted: number; refused: number };

/** `most` is the largest bar of each kind. */
export type Series = { bars: Bar[]; accepted: number; refused: number; most: { accepted: number; refused: number } };

const REFUSED = COLUMNS.filter((column) => column !== "accepted").join(" + ");

const counted = (table: string, time: string, from: string) => `
  SELECT ${time} AS at, accepted, ${REFUSED} AS refused FROM ${table}
  WHERE (key_number, ${time}) >= ($1::int, ${from}) AND (key_number, ${time}) <= ($1::int, 'infinity')`;

/** Bars are whole hours, six hours and days of UTC. */
const series = (summed: string) => `
  SELECT date_bin($3::interval, at, timestamptz '2001-01-01 00:00:00Z') AS at, sum(accepted)::float8 AS accepted, sum(refused)::float8 AS refused
  FROM (${counted("key_usage", "hour", "$2::timestamptz")} UNION ALL ${summed}) counted GROUP BY 1`;

/**
 * What a gateway counted is added up after 48 hours, so that each row counts in one of the two
 * tables.
 */
const OF_HOURS = series(counted("key_usage_hours", "hour", "$2::timestamptz"));
const OF_DAYS = series(
  `SELECT at::timestamp AT TIME ZONE 'UTC', accepted, refused FROM (${counted("key_usage_days", "day", "($2::timestamptz AT TIME ZONE 'UTC')::date")}) days`,
);
const DAY_MS = 24 * 60 * 60 * 1_000;

export async function seriesOf(runSql: RunSql, number: number, period: Period, now = Date.now()): Promise<Series> {
  const { bars: count, barMs } = PERIODS[period];
  const last = Math.floor(now / barMs) * barMs;
  const from = last - (count - 1) * barMs;
  const rows = await runSql<{ at: Date; accepted: number; refused: number }>(barMs < DAY_MS ? OF_HOURS : OF_DAYS, [
    number,
    new Date(from).toISOString(),
    `${barMs / 1_000} s`,
  ]);
  const found = new Map(rows.map((row) => [row.at.getTime(), row]));
  const bars = Array.from({ length: count }, (_, index) => {
    const at = from + index * barMs;
    const { accepted = 0, refused = 0 } = found.get(at) ?? {};
    return { at: new Date(at).toISOString(), accepted, refused };
  });
  const sum = (kind: "accepted" | "refused") => bars.reduce((total, bar) => total + bar[kind], 0);
  const most = (kind: "accepted" | "refused") => Math.max(...bars.map((bar) => bar[kind]));
  return {
    bars,
    accepted: sum("accepted"),
    refused: sum("refused"),
    most: { accepted: most("accepted"), refused: most("refused") },
  };
}
