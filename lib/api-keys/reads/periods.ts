/** The periods that a page can show: the SQL interval, and the length of one bar of the chart. */
export const PERIODS = {
  day: { name: "24 hours", interval: "24 hours", bars: 24, barMs: 3_600_000, bar: "an hour" },
  week: { name: "7 days", interval: "7 days", bars: 28, barMs: 6 * 3_600_000, bar: "in 6 hours" },
  month: { name: "30 days", interval: "30 days", bars: 30, barMs: 24 * 3_600_000, bar: "a day" },
} as const;

export type Period = keyof typeof PERIODS;

/** Reads the period from a URL's query; anything else means a day. */
export const readPeriod = (text: unknown): Period =>
  typeof text === "string" && Object.hasOwn(PERIODS, text) ? (text as Period) : "day";
