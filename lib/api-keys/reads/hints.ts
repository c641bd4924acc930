import type { Bar } from "./series";

/** When refusals rose, and to how many in that bar. */
export type Rise = { at: string; refused: number };

/** Fewer are nobody's trouble. */
const LEAST = 10;
const TIMES = 3;
/** A rise that is over for longer is no news. */
const RECENT_BARS = 6;

/**
 * The last bar in which refusals rose to three times what came before, on average, and to ten or
 * more; null where they did not, or where that is long over.
 */
export function riseIn(bars: readonly Bar[]): Rise | null {
  for (let index = bars.length - 1; index > 0 && index >= bars.length - RECENT_BARS; index--) {
    const { at, refused } = bars[index] as Bar;
    const before = bars.slice(0, index);
    const average = before.reduce((sum, bar) => sum + bar.refused, 0) / before.length;
    const rose = refused >= LEAST && refused >= TIMES * average && refused > (bars[index - 1]?.refused ?? 0);
    if (rose) return { at, refused };
  }
  return null;
}
