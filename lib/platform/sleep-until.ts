/**
 * Waits until `performance.now()` has reached `end`, in milliseconds. By that clock a timer of
 * Node may fire up to a millisecond early, so the time is checked again. An abort ends the wait
 * early and is not an error.
 */
export async function sleepUntil(end: number, signal?: AbortSignal): Promise<void> {
  for (let left = end - performance.now(); left > 0 && !signal?.aborted; left = end - performance.now()) {
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.ceil(left));
      signal?.addEventListener("abort", wake);
    });
  }
}
