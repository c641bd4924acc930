const waiting: (() => void)[] = [];

/** Bodies from here on take a processor for a tenth of a millisecond and more. */
export const HEAVY_BYTES = 64 * 1024;

/**
 * Resolves in a turn of the event loop that no other heavy work has: what is asked for at once is done a piece a turn, in order, and between two of
 * them whatever else has come is read and answered, the lease's renewal among it.
 *
 * Attack: forty bodies of 1 MiB that end in one turn, behind which the lease runs out, so that all of them and everybody else's requests are 503.
 */
export function heavyTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(next);
  });
}

function next(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}
