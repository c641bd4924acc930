import type { Hour } from "./hour-counts";
import type { RefusalCount } from "./refusal-counts";
import type { SourceDay } from "./sources";

export type Rows = { hours: Hour[]; refused: RefusalCount[]; sources: SourceDay[] };
type Values = [Rows["hours"], Rows["refused"], Rows["sources"]];
/** What could not be written because the database failed. */
export type Left = { rows: Rows[]; error: unknown };

/**
 * SQLSTATE classes of rows that the database does not accept: a value it cannot store, a violated
 * rule, one row twice.
 */
const OF_THE_ROWS = /^2[123]/;

/**
 * Writes all rows. If the database does not accept some row, they are halved until that row is
 * alone, and `rejected` is called instead. If the database fails, what is left is returned.
 */
export async function writeRows(
  all: Rows,
  write: (values: Values) => Promise<void>,
  rejected: (error: unknown) => void,
): Promise<Left | null> {
  const parts = [all];
  for (let rows = parts.pop(); rows; rows = parts.pop()) {
    try {
      await write([rows.hours, rows.refused, rows.sources]);
    } catch (error) {
      if (!isOfTheRows(error)) return { rows: [rows, ...parts], error };
      if (sizeOf(rows) > 1) parts.push(...halves(rows));
      else rejected(error);
    }
  }
  return null;
}

const sizeOf = ({ hours, refused, sources }: Rows): number => hours.length + refused.length + sources.length;

/** First by kind, then in the middle. */
function halves(rows: Rows): Rows[] {
  const none: Rows = { hours: [], refused: [], sources: [] };
  const kinds = (["hours", "refused", "sources"] as const).filter((kind) => rows[kind].length > 0);
  if (kinds.length > 1) return kinds.map((kind) => ({ ...none, [kind]: rows[kind] }));
  const half = Math.ceil(sizeOf(rows) / 2);
  return [
    {
      hours: rows.hours.slice(0, half),
      refused: rows.refused.slice(0, half),
      sources: rows.sources.slice(0, half),
    },
    { hours: rows.hours.slice(half), refused: rows.refused.slice(half), sources: rows.sources.slice(half) },
  ];
}

/** A RangeError means an invalid time. */
const isOfTheRows = (error: unknown): boolean =>
  error instanceof RangeError || (error instanceof Error && "code" in error && OF_THE_ROWS.test(String(error.code)));
