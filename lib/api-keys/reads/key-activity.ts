import { readTimelines, type Timeline } from "../../audit/key-timeline";
import { type RunSql, runSqlAsApp } from "../../platform/db/db";
import { type DeactivationReceipt, deactivationReceiptOf } from "./deactivation-receipt";
import type { KeyState } from "./key";
import type { Period } from "./periods";
import { type RefusalRow, refusalsOf } from "./refusal-counts";
import { findRise, type Rise } from "./refusal-rise";
import { type Series, seriesOf } from "./series";
import { type Source, sourcesOf } from "./sources";
import { type KeyUsage, NO_USAGE, usageOf } from "./usage";

/** What happened to a key, for its page. Only Owners and Support get `timeline` and `receipt`. */
export type KeyActivity = {
  series: Series;
  rise: Rise | null;
  usage: KeyUsage;
  refusals: RefusalRow[];
  /** Accepted requests that carried the key's secret. */
  secretAccepted: RefusalRow[];
  sources: Source[];
  timeline: Timeline | null;
  receipt: DeactivationReceipt | null;
};

export async function keyActivity(
  key: KeyState,
  period: Period,
  { history, runSql = runSqlAsApp }: { history: boolean; runSql?: RunSql },
): Promise<KeyActivity> {
  const { id, number } = key;
  const [series, usage, { rows, accepted }, sources, timelines, receipt] = await Promise.all([
    seriesOf(runSql, number, period),
    usageOf(runSql, [number]),
    refusalsOf(number, period, runSql),
    sourcesOf(runSql, number),
    history ? readTimelines(runSql, [{ id, number }]) : null,
    history ? deactivationReceiptOf(runSql, key) : null,
  ]);
  return {
    series,
    rise: findRise(series.bars),
    usage: usage.get(number) ?? NO_USAGE,
    refusals: rows,
    secretAccepted: accepted,
    sources: sources.filter(({ accepted, refused }) => accepted + refused > 0),
    timeline: timelines?.get(id) ?? null,
    receipt,
  };
}

/** The last 24 hours of a key. */
export const daySeries = (number: number): Promise<Series> => seriesOf(runSqlAsApp, number, "day");
