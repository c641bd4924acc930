/** A moment on both clocks, in milliseconds. */
export type Moment = { monotonic: number; wall: number };
export type Clock = () => Moment;

export const systemClock: Clock = () => ({ monotonic: performance.now(), wall: Date.now() });

/**
 * Whether less than `milliseconds` have passed since `from`, on both clocks. One clock alone can
 * stand still: Linux's monotonic clock while the machine is suspended, the wall clock when
 * somebody sets it. A wall clock that is set back counts as moved.
 */
export function within(milliseconds: number, from: Moment, now: Moment): boolean {
  return now.monotonic - from.monotonic < milliseconds && Math.abs(now.wall - from.wall) < milliseconds;
}
