let waiting: (() => void)[] = [];

/**
 * About 8 ms of work. The rest runs in the next turns, so that a client that sends a thousand
 * requests at once does not block the loop.
 */
const MAX_PER_TURN = 128;

/**
 * Runs a task once the event loop has read every connection that has data: all such tasks
 * together, in the order they were queued.
 *
 * Why: the code for one request is larger than the processor's instruction cache. Running the
 * queued requests of one tick step by step keeps the cache warm: each step is cold for the first
 * request only. A task waits only for what is read in the same turn of the loop. Tasks must not
 * throw.
 */
export function runWithTick(task: () => void): void {
  if (waiting.push(task) === 1) setImmediate(run);
}

function run(): void {
  const tasks = waiting.slice(0, MAX_PER_TURN);
  waiting = waiting.slice(MAX_PER_TURN);
  // Scheduled before the tasks run: a task may queue another, which must not schedule a second
  // run.
  if (waiting.length > 0) setImmediate(run);
  for (const task of tasks) task();
}
