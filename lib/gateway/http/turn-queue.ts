/**
 * Returns a function whose promises resolve in order, one in each turn of the event loop. Between
 * two turns the loop handles everything else that has arrived, including the renewal of the lease.
 */
export function turnQueue(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const next = () => {
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(next);
  };
  return () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(next);
    });
}
