import type { RunSql } from "../../platform/db/db";
import { SECRET_ACCEPTED } from "../../platform/signing/sent-secret";

/** When a key was last used and last refused. Gateways write this every two seconds. */
export type KeyUsage = {
  used: { at: string; source: string } | null;
  refused: { at: string; source: string; reason: string; mistake: string | null; looked: boolean } | null;
};

export const NO_USAGE: KeyUsage = { used: null, refused: null };

type Used = { usedAt: Date; usedFrom: string };
type Refused = { refusedAt: Date; refusedFrom: string; why: string; mistake: string | null; looked: boolean };
type Absent<T> = { [Column in keyof T]: null };
/** What USAGE_COLUMNS returns. */
export type UsageRow = (Used | Absent<Used>) & (Refused | Absent<Refused>);
type Row = { number: number } & UsageRow;

/**
 * Two index entries per key, for rows `n` with a key's number. The row comparison makes the planner
 * use the index over both columns. With `key_number = …` it may scan the refusals of all keys by
 * time until it finds one of this key.
 */
export const USAGE_COLUMNS = `u.at AS "usedAt", u.source AS "usedFrom", r.last_at AS "refusedAt", r.source AS "refusedFrom", r.reason AS why,
    r.mistake, r.looked`;
export const USAGE_JOINS = `
    LEFT JOIN LATERAL (SELECT at, source FROM key_last_used WHERE key_number = n.number LIMIT 1) u ON true
    LEFT JOIN LATERAL (
      SELECT last_at, source, reason, looked, CASE WHEN looked THEN mistake END AS mistake
      FROM (SELECT *, looked_at IS NOT DISTINCT FROM last_at AS looked FROM refusals) r
      WHERE (key_number, last_at) >= (n.number, '-infinity'::timestamptz) AND (key_number, last_at) <= (n.number, 'infinity'::timestamptz)
        AND r.mistake IS DISTINCT FROM '${SECRET_ACCEPTED}'
      ORDER BY key_number DESC, last_at DESC LIMIT 1) r ON true`;

const USAGE = `SELECT n.number, ${USAGE_COLUMNS} FROM unnest($1::int[]) AS n (number) ${USAGE_JOINS}`;

/** Returns a map by key number. */
export async function usageOf(runSql: RunSql, numbers: readonly number[]): Promise<ReadonlyMap<number, KeyUsage>> {
  if (numbers.length === 0) return new Map();
  const rows = await runSql<Row>(USAGE, [numbers]);
  return new Map(rows.map((row) => [row.number, toUsage(row)]));
}

export function toUsage({ usedAt, usedFrom, refusedAt, refusedFrom, why, mistake, looked }: UsageRow): KeyUsage {
  return {
    used: usedAt && { at: usedAt.toISOString(), source: usedFrom },
    refused: refusedAt && { at: refusedAt.toISOString(), source: refusedFrom, reason: why, mistake, looked },
  };
}
