/** `waiting`: how many may wait. `each`: how many of one subject may wait or run. */
export type Lane = { waiting: number; each: number };

/**
 * Runs at most `running` pieces of work at once. Each lane has its own waiting places; if none is
 * free, the result is null at once. The lanes take turns, and each lane is first come, first
 * served. So a full lane delays the others by at most one of its pieces of work at a time, and
 * never blocks them.
 */
export function inLanes<Name extends string>(
  running: number,
  lanes: Record<Name, Lane>,
): <T>(lane: Name, subject: string, work: () => Promise<T>) => Promise<T> | null {
  const queues = new Map<Name, (() => void)[]>((Object.keys(lanes) as Name[]).map((name) => [name, []]));
  const inside = new Map<string, number>();
  let free = running;

  function next(): void {
    // The lane that just had its turn goes to the end.
    for (const [name, queue] of [...queues]) {
      const start = queue.shift();
      if (!start) continue;
      queues.delete(name);
      queues.set(name, queue);
      start();
      return;
    }
    free++;
  }

  async function run<T>(queue: (() => void)[], key: string, work: () => Promise<T>): Promise<T> {
    inside.set(key, (inside.get(key) ?? 0) + 1);
    if (free > 0) free--;
    else await new Promise<void>((start) => queue.push(start));
    try {
      return await work();
    } finally {
      const left = (inside.get(key) ?? 1) - 1;
      if (left > 0) inside.set(key, left);
      else inside.delete(key);
      next();
    }
  }

  return (lane, subject, work) => {
    const queue = queues.get(lane) ?? [];
    const key = `${lane} ${subject}`;
    const full = free === 0 && queue.length >= lanes[lane].waiting;
    return full || (inside.get(key) ?? 0) >= lanes[lane].each ? null : run(queue, key, work);
  };
}
