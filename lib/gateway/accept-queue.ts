import type { Server } from "node:http";
import { setImmediate as turn } from "node:timers/promises";

const CALM_MS = 1;
const PATIENCE_MS = 2_000;

/**
 * Resolves at a moment when no connection waits to be accepted, or after 2 s of work without such a moment. The system resets those that wait when
 * the port closes, and Node accepts one a turn: two short turns without one, and none waits. One that comes within the microseconds between that
 * moment and the close is reset all the same: no call looks and closes at once.
 */
export async function noneWaits(server: Server): Promise<void> {
  let accepted = 0;
  const count = () => accepted++;
  server.on("connection", count);
  const until = performance.now() + PATIENCE_MS;
  for (let calm = 0; calm < 2 && performance.now() < until; ) {
    const [before, began] = [accepted, performance.now()];
    await turn();
    calm = accepted === before && performance.now() - began < CALM_MS ? calm + 1 : 0;
  }
  server.off("connection", count);
}
