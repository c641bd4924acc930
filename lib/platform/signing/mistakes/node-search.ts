import { createHash, createHmac } from "node:crypto";
import { PAUSE, type Searching, type Task } from "./task";

const NO_DIGEST = new Uint8Array();

export function digestOf({ algorithm, key, data }: Task): Uint8Array {
  return key === null ? createHash(algorithm).update(data).digest() : createHmac(algorithm, key).update(data).digest();
}

/** The limits of one search: digests, and milliseconds of processor time. */
export const MAX_DIGESTS = 200;
export const MAX_MS = 10;
/**
 * A clock that advances by the processor time or the time of day, whichever advanced less. On a
 * busy machine a search takes longer but finds as much, and the work of the process's other
 * threads does not shorten it.
 */
export function workClock(clocks: readonly (() => number)[] = [processorMs, () => performance.now()]): () => number {
  let [last, sum] = [clocks.map((now) => now()), 0];
  return () => {
    const times = clocks.map((now) => now());
    sum += Math.max(0, Math.min(...times.map((time, index) => time - (last[index] ?? 0))));
    last = times;
    return sum;
  };
}

/** Of all threads of the process. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
/** How long a search runs in one turn of the event loop before other events are handled. */
const SLICE_MS = 1;

export type Bounds = { now?: () => number; turn: () => Promise<void>; most?: number };

/** Runs a search within its limits, in short turns; null if a limit ends it. */
export async function runBounded<T>(
  searching: Searching<T>,
  { now = workClock(), turn, most = MAX_DIGESTS }: Bounds,
): Promise<T | null> {
  let [spent, began] = [0, now()];
  let step = searching.next();
  for (let count = 0; !step.done; ) {
    const slice = now() - began;
    if (count === most || spent + slice > MAX_MS) return null;
    if (slice > SLICE_MS) {
      spent += slice;
      await turn();
      began = now();
    }
    if (step.value !== PAUSE) count++;
    step = searching.next(step.value === PAUSE ? NO_DIGEST : digestOf(step.value));
  }
  return step.value;
}

/** Runs the whole search at once, and counts its digests. */
export function runNow<T>(searching: Searching<T>): { found: T; digests: number } {
  let step = searching.next();
  let digests = 0;
  while (!step.done) {
    if (step.value !== PAUSE) digests++;
    step = searching.next(step.value === PAUSE ? NO_DIGEST : digestOf(step.value));
  }
  return { found: step.value, digests };
}
