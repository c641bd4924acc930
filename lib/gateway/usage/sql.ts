import { SECRET_ACCEPTED } from "../../platform/signing/sent-secret";
import { COLUMNS } from "./columns";
import type { Hour } from "./hour-counts";
import type { RefusalCount } from "./refusal-counts";
import type { SourceDay } from "./sources";

const HOUR = ["key_number", "hour", "gateway", ...COLUMNS, "last_at", "last_source"] as const;
const REFUSAL = [
  "id",
  "key_number",
  "reason",
  "source",
  "first_at",
  "last_at",
  "count",
  "mistake",
  "looked_at",
] as const;
const SOURCE = ["key_number", "day", "gateway", "source", "count", "last_at"] as const;
const TYPES: Record<string, string> = {
  ...{
    day: "date",
    hour: "timestamptz",
    last_at: "timestamptz",
    first_at: "timestamptz",
    looked_at: "timestamptz",
    gateway: "uuid",
    id: "uuid",
  },
  ...Object.fromEntries([...COLUMNS, "count"].map((name) => [name, "bigint"])),
  ...{ last_source: "text", reason: "text", source: "text", mistake: "text" },
};
const arrays = (names: readonly string[], from: number) =>
  names.map((name, index) => `$${from + index}::${TYPES[name] ?? "int"}[]`).join(", ");
const TIMES: readonly string[] = ["first_at", "last_at", "looked_at"];
/** A gateway's clock may be ahead: a time in the future becomes now. */
const notAhead = (name: string) =>
  TIMES.includes(name) ? `CASE WHEN ${name} > now() THEN now() ELSE ${name} END AS ${name}` : name;
const taken = (names: readonly string[]) => names.map((name) => `${name} = excluded.${name}`).join(", ");

/**
 * One statement, so one transaction: all of it is written, or none. Every value is absolute, so
 * that sending the statement again changes nothing. If a statement was given up and arrives after
 * its successor, `flush` prevents it from restoring older values. Rows are sorted: gateways share
 * only key_last_used and lock its rows in one order, so they never deadlock.
 */
export const FLUSH = `
  WITH hours AS MATERIALIZED (SELECT * FROM unnest(${arrays(HOUR, 2)}) AS h (${HOUR.join(", ")})),
  counted AS (
    INSERT INTO key_usage (key_number, hour, gateway, flush, ${COLUMNS.join(", ")})
    SELECT key_number, hour, gateway, $1::bigint, ${COLUMNS.join(", ")} FROM hours ORDER BY key_number, hour, gateway
    ON CONFLICT (key_number, hour, gateway) DO UPDATE SET flush = excluded.flush, ${taken(COLUMNS)} WHERE key_usage.flush < excluded.flush),
  sourced AS (
    INSERT INTO key_sources (${SOURCE.join(", ")}, flush)
    SELECT ${SOURCE.map(notAhead).join(", ")}, $1::bigint FROM unnest(${arrays(SOURCE, 2 + HOUR.length + REFUSAL.length)}) AS s (${SOURCE.join(", ")})
    ORDER BY key_number, day, gateway, source
    ON CONFLICT (key_number, day, gateway, source) DO UPDATE SET flush = excluded.flush, ${taken(["count", "last_at"])} WHERE key_sources.flush < excluded.flush),
  used AS (
    INSERT INTO key_last_used (key_number, at, source)
    SELECT DISTINCT ON (key_number) key_number, least(last_at, now()), last_source FROM hours WHERE last_at IS NOT NULL ORDER BY key_number, last_at DESC
    ON CONFLICT (key_number) DO UPDATE SET at = excluded.at, source = excluded.source
    WHERE key_last_used.at < excluded.at OR key_last_used.at > now())
  INSERT INTO refusals (${REFUSAL.join(", ")}, flush)
  SELECT ${REFUSAL.map(notAhead).join(", ")}, $1::bigint FROM unnest(${arrays(REFUSAL, 2 + HOUR.length)}) AS r (${REFUSAL.join(", ")}) ORDER BY id
  ON CONFLICT (id) DO UPDATE SET flush = excluded.flush, ${taken(["last_at", "count", "mistake", "looked_at"])} WHERE refusals.flush < excluded.flush`;

const storedReason = (reason: string): string => (reason === SECRET_ACCEPTED ? "secret_sent" : reason);

/** The values for FLUSH: one array per column. */
export function valuesOf(
  flush: number,
  hours: readonly Hour[],
  refused: readonly RefusalCount[],
  sources: readonly SourceDay[],
): unknown[] {
  const time = (at: number) => new Date(at).toISOString();
  return [
    flush,
    hours.map(({ key }) => key),
    hours.map(({ at }) => time(at)),
    hours.map(({ run }) => run),
    ...COLUMNS.map((_, place) => hours.map(({ counts }) => counts[place])),
    hours.map(({ lastAt }) => (lastAt === 0 ? null : time(lastAt))),
    hours.map(({ lastSource }) => lastSource),
    refused.map(({ id }) => id),
    refused.map(({ key }) => key),
    refused.map(({ reason }) => storedReason(reason)),
    refused.map(({ source }) => source),
    refused.map(({ firstAt }) => time(firstAt)),
    refused.map(({ lastAt }) => time(lastAt)),
    refused.map(({ count }) => count),
    refused.map(({ mistake }) => mistake),
    refused.map(({ lookedAt }) => (lookedAt === 0 ? null : time(lookedAt))),
    sources.map(({ key }) => key),
    sources.map(({ day }) => time(day).slice(0, 10)),
    sources.map(({ run }) => run),
    sources.map(({ source }) => source),
    sources.map(({ count }) => count),
    sources.map(({ lastAt }) => time(lastAt)),
  ];
}
