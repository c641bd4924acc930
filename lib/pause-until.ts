/** Waits until `performance.now()` has reached `end`, in milliseconds: a timer of Node may fire up to a millisecond early by that clock. */
export async function pauseUntil(end: number): Promise<void> {
  for (let left = end - performance.now(); left > 0; left = end - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(left)));
  }
}
