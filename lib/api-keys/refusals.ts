import { db, runSqlAsApp } from "../db";

/** Refusals of a key for one reason from one source. The mistake is that of the last request, where that was looked into. */
export type RefusalRow = {
  reason: string;
  source: string;
  count: number;
  firstAt: string;
  lastAt: string;
  mistake: string | null;
  looked: boolean;
};
export const PERIODS = { day: "24 hours", week: "7 days", month: "30 days" } as const;
export type Period = keyof typeof PERIODS;
export type Refusals = { rows: RefusalRow[]; more: boolean };

const MOST_ROWS = 100;

type Row = Omit<RefusalRow, "firstAt" | "lastAt"> & { firstAt: Date; lastAt: Date };

/** By a row comparison, which holds the planner to the index of both columns. */
const REFUSALS = `
  SELECT reason, source, sum(count)::float8 AS count, min(first_at) AS "firstAt", max(last_at) AS "lastAt",
    (array_agg(CASE WHEN looked_at = last_at THEN mistake END ORDER BY last_at DESC))[1] AS mistake,
    (array_agg(looked_at IS NOT DISTINCT FROM last_at ORDER BY last_at DESC))[1] AS looked
  FROM refusals
  WHERE (key_number, last_at) >= ($1::int, now() - $2::interval) AND (key_number, last_at) <= ($1::int, 'infinity'::timestamptz)
  GROUP BY reason, source ORDER BY max(last_at) DESC LIMIT ${MOST_ROWS + 1}`;

/** Null where the merchant has no such key. */
export async function numberOfKey(merchantId: string, number: string): Promise<number | null> {
  if (!/^[1-9]\d{0,8}$/.test(number)) return null;
  const key = await db().apiKey.findFirst({ where: { merchantId, number: Number(number) }, select: { number: true } });
  return key?.number ?? null;
}

/** The latest first. */
export async function refusalsOf(number: number, period: Period): Promise<Refusals> {
  const rows = await runSqlAsApp<Row>(REFUSALS, [number, PERIODS[period]]);
  return {
    rows: rows.slice(0, MOST_ROWS).map((row) => ({ ...row, firstAt: row.firstAt.toISOString(), lastAt: row.lastAt.toISOString() })),
    more: rows.length > MOST_ROWS,
  };
}
