import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

const ROUNDS = 10;
const RESOLUTION_MS = 10;

/**
 * For what is true only while this process runs, and with it the gateway and the upstream in it: a time-out of the product, say, that must not come
 * yet. A round that fails is judged if the process never stood still for `mostMs` in it; else it is told of and repeated.
 */
export async function whenAwake<T>(mostMs: number, round: () => Promise<T>): Promise<T> {
  for (let left = ROUNDS - 1; ; left--) {
    const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delays.enable();
    try {
      return await round();
    } catch (error) {
      await sleep(2 * RESOLUTION_MS);
      const stood = Math.round(delays.max / 1e6);
      if (left === 0 || stood < mostMs) throw error;
      console.log(`a round is repeated, since this process stood still for ${stood} ms in it`);
    } finally {
      delays.disable();
    }
  }
}
