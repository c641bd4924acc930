/**
 * Runs work that a busy machine may refuse before doing anything: many tests share few
 * connections, and a statement that waits too long is cancelled. Work that got no connection, or
 * was refused as busy, is repeated a limited number of times. For test setup, and for races whose
 * outcome is checked among those that took part.
 */
export async function retryWhileBusy<T>(work: () => Promise<T>): Promise<T> {
  for (let left = MAX_ATTEMPTS - 1; ; left--) {
    try {
      const result = await work();
      if (left === 0 || !isBusy(result)) return result;
    } catch (error) {
      if (left === 0 || !NOTHING_DONE.test(String(error))) throw error;
    }
  }
}

/** Each try waits for seconds before it gives up. */
const MAX_ATTEMPTS = 50;

const NOTHING_DONE =
  /Unable to start a transaction|trying to connect|connection timeout|canceling statement due to statement timeout|on an expired transaction|is not queryable/;
const isBusy = (result: unknown): boolean =>
  (Object(result) as { refusal?: { code?: string } }).refusal?.code === "busy";
