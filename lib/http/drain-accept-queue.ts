import type { Server } from "node:http";
import { setImmediate as turn } from "node:timers/promises";

const CALM_MS = 1;
/** Of this process's own work: on a machine that gives it little of a processor it takes longer, but no longer than MOST_MS. */
const PATIENCE_MS = 2_000;
const MOST_MS = 4_000;

/**
 * Resolves at a moment when no connection waits to be accepted, or after 2 s of work (4 s on the clock) without such a moment. The system resets those that wait when
 * the port closes, and Node accepts one a turn: two short turns without one, and none waits. One that comes within the microseconds between that
 * moment and the close is reset all the same: no call looks and closes at once.
 */
export async function drainAcceptQueue(server: Server): Promise<void> {
  let accepted = 0;
  const count = () => accepted++;
  server.on("connection", count);
  const [start, worked] = [performance.now(), process.cpuUsage()];
  const isPatient = () => performance.now() - start < MOST_MS && workedMs(worked) < PATIENCE_MS;
  for (let calm = 0; calm < 2 && isPatient(); ) {
    const [before, began] = [accepted, performance.now()];
    await turn();
    calm = accepted === before && performance.now() - began < CALM_MS ? calm + 1 : 0;
  }
  server.off("connection", count);
}

function workedMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}
