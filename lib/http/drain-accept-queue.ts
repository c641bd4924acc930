import type { Server } from "node:http";
import { setImmediate as turn } from "node:timers/promises";

const CALM_MS = 1;
/** More than the connections that node lets wait to be accepted (`listen`'s backlog). */
const MAX_WAITING = 512;
/**
 * Processor time of this process. It takes longer on a busy machine, but never longer than
 * MAX_MS.
 */
const PATIENCE_MS = 2_000;
const MAX_MS = 4_000;

/**
 * Resolves at a moment when no connection is waiting to be accepted. The system resets the waiting
 * connections when the port closes. Node accepts one per turn of the event loop, so after two short
 * turns without one, none is waiting. Where others keep arriving, it resolves after 2 s of
 * processor time (4 s on the clock), but not before those that waited at its beginning were
 * accepted, however little processor time there is. A connection that arrives in the microseconds
 * between that moment and the close is still reset: no system call checks and closes at once.
 */
export async function drainAcceptQueue(server: Server): Promise<void> {
  let [accepted, turns] = [0, 0];
  const count = () => accepted++;
  server.on("connection", count);
  const [start, worked] = [performance.now(), process.cpuUsage()];
  const isPatient = () => performance.now() - start < MAX_MS && workedMs(worked) < PATIENCE_MS;
  for (let calm = 0; calm < 2 && (turns < MAX_WAITING || isPatient()); turns++) {
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
