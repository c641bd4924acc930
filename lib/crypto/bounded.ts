/** Runs at most `running` pieces of work at once and lets `waiting` more queue; answers null, at once, to whoever comes after that. */
export function bounded(limit: { running: number; waiting: number }): <T>(work: () => Promise<T>) => Promise<T> | null {
  const queue: (() => void)[] = [];
  let running = 0;

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running < limit.running) running++;
    else await new Promise<void>((start) => queue.push(start));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  }

  return (work) => (running >= limit.running && queue.length >= limit.waiting ? null : run(work));
}
