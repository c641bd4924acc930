import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

const ROUNDS = 10;
const RESOLUTION_MS = 10;

/**
 * For assertions that hold only if this process, with the gateway and the upstream in it, keeps
 * running: for example, that a timeout of the product does not fire yet. A failed round counts if
 * the process was never blocked for `mostMs` or longer; otherwise it is logged and repeated.
 */
export async function retryIfStarved<T>(mostMs: number, round: () => Promise<T>): Promise<T> {
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
