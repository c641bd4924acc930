/**
 * Runs work of which a busy machine may have done nothing: many share few connections, and a statement that waits too long is cancelled. Who got
 * none, or was refused as busy, goes again. For what a test sets up, and for races whose outcome is judged among those who took part.
 */
export async function started<T>(work: () => Promise<T>): Promise<T> {
  const result = await work().catch((error: unknown) => {
    if (NOTHING_DONE.test(String(error))) return BUSY;
    throw error;
  });
  return result === BUSY || isBusy(result) ? started(work) : (result as T);
}

const NOTHING_DONE =
  /Unable to start a transaction|trying to connect|connection timeout|canceling statement due to statement timeout|on an expired transaction/;
const BUSY = Symbol("busy");
const isBusy = (result: unknown): boolean => (Object(result) as { refusal?: { code?: string } }).refusal?.code === "busy";
