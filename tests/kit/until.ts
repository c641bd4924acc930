import { setTimeout as sleep } from "node:timers/promises";

const MAX_MS = 60_000;

/**
 * Waits for a condition outside of a test, as in a beforeAll: `expect.poll` works only inside a
 * test.
 */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + MAX_MS; !(await isTrue()); await sleep(20))
    if (performance.now() > deadline) throw new Error(`In ${MAX_MS / 1_000} s it did not come to this: ${what}`);
}
