import { onTestFinished } from "vitest";

const TICK_MS = 10;
/**
 * The most that one tick counts: a process that was stopped or starved could not use more time.
 */
const MAX_MS = 2 * TICK_MS;

/**
 * A clock for upper bounds: it counts the time that this process could run. Delays of a busy or
 * suspended machine do not count, but a wait in vain does, because the timer still ticks. For
 * lower bounds, use `performance.now()`.
 */
export function stopwatch(): () => number {
  let [counted, last] = [0, performance.now()];
  const tick = () => {
    const now = performance.now();
    counted += Math.min(now - last, MAX_MS);
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  onTestFinished(() => clearInterval(timer));
  return () => {
    tick();
    return counted;
  };
}
