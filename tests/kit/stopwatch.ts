import { onTestFinished } from "vitest";

const TICK_MS = 10;
/** What a tick counts at most: a process that stood still, or waited for a processor, has had no more time than that. */
const MOST_MS = 2 * TICK_MS;

/**
 * A clock for upper bounds: it counts the time this process could run. What a machine that is busy or stands still adds to a wait is not counted, and
 * what is waited for in vain is: its timer ticks all the same. For lower bounds use `performance.now()`.
 */
export function stopwatch(): () => number {
  let [counted, last] = [0, performance.now()];
  const tick = () => {
    const now = performance.now();
    counted += Math.min(now - last, MOST_MS);
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  onTestFinished(() => clearInterval(timer));
  return () => {
    tick();
    return counted;
  };
}
