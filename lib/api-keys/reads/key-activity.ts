import { type RunSql, runSqlAsApp } from "../../platform/db/db";
import { readTimelines, type Timeline } from "../../support/key-timeline";
import { type Rise, riseIn } from "./hints";
import type { KeyState } from "./key";
import type { Period } from "./periods";
import { type Receipt, receiptOf } from "./receipt-of-stop";
import { type RefusalRow, refusalsOf } from "./refusal-counts";
import { type Series, seriesOf } from "./series";
import { type Source, sourcesOf } from "./sources";
import { type KeyUsage, NO_USAGE, usageOf } from "./usage";

/** What happened to a key, for its page. Only Owners and Support get `timeline` and `receipt`. */
export type KeyActivity = {
  series: Series;
  rise: Rise | null;
  traffic: KeyUsage;
  refusals: RefusalRow[];
  sources: Source[];
  timeline: Timeline | null;
  receipt: Receipt | null;
};

export async function keyActivity(
  key: KeyState,
  period: Period,
  { history, runSql = runSqlAsApp }: { history: boolean; runSql?: RunSql },
): Promise<KeyActivity> {
  const { id, number } = key;
  const [series, traffic, { rows }, sources, timelines, receipt] = await Promise.all([
    seriesOf(runSql, number, period),
    usageOf(runSql, [number]),
    refusalsOf(number, period, runSql),
    sourcesOf(runSql, number),
    history ? readTimelines(runSql, [{ id, number }]) : null,
    history ? receiptOf(runSql, key) : null,
  ]);
  return {
    series,
    rise: riseIn(series.bars),
    traffic: traffic.get(number) ?? NO_USAGE,
    refusals: rows,
    sources,
    timeline: timelines?.get(id) ?? null,
    receipt,
  };
}

/** The last 24 hours of a key. */
export const daySeries = (number: number): Promise<Series> => seriesOf(runSqlAsApp, number, "day");
