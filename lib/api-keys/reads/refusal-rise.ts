import type { Bar } from "./series";

/** When refusals rose, and how many there were in that bar. */
export type Rise = { at: string; refused: number };

/** Fewer refusals in a bar do not count as a rise. */
const MIN = 10;
const TIMES = 3;
/** An older rise is not reported. */
const RECENT_BARS = 6;

/**
 * The last bar in which refusals rose to at least three times the average before it, and to at
 * least ten. Null if there is none among the recent bars.
 */
export function findRise(bars: readonly Bar[]): Rise | null {
  for (let index = bars.length - 1; index > 0 && index >= bars.length - RECENT_BARS; index--) {
    const { at, refused } = bars[index] as Bar;
    const before = bars.slice(0, index);
    const average = before.reduce((sum, bar) => sum + bar.refused, 0) / before.length;
    const rose = refused >= MIN && refused >= TIMES * average && refused > (bars[index - 1]?.refused ?? 0);
    if (rose) return { at, refused };
  }
  return null;
}
