let waiting: (() => void)[] = [];

/** About 8 ms of them. More are run in the next turns, so that the loop is not held by a client that sends a thousand requests at once. */
const MOST_A_TURN = 128;

/**
 * Runs a task once the event loop has read every connection that had something to say: all such tasks together, in the order they were handed in.
 *
 * What one request goes through is more code than a processor's near caches hold. One after the other, each request finds all of it cold; side by
 * side, each step is warm for all but the first. A task waits for what else was read in the same turn of the loop, and for nothing else.
 * Tasks must not throw.
 */
export function runWithTick(task: () => void): void {
  if (waiting.push(task) === 1) setImmediate(run);
}

function run(): void {
  const tasks = waiting.slice(0, MOST_A_TURN);
  waiting = waiting.slice(MOST_A_TURN);
  // Before the tasks, which may hand in others: those see whether one is to come.
  if (waiting.length > 0) setImmediate(run);
  for (const task of tasks) task();
}
