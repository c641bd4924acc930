import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until `performance.now()` has reached `end`, in milliseconds. A timer of Node may fire up
 * to a millisecond early by that clock. An abort ends the wait early and is not an error.
 */
export async function sleepUntil(end: number, signal?: AbortSignal): Promise<void> {
  for (let left = end - performance.now(); left > 0 && !signal?.aborted; left = end - performance.now()) {
    await sleep(Math.ceil(left), undefined, { signal }).catch(() => undefined);
  }
}
