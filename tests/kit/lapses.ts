import { setTimeout as sleep } from "node:timers/promises";
import type { Reply } from "./gateway-requests";

/**
 * The first reply that is no 503. On a machine that others use too a lease may lapse; a test that is about something else asks again, and judges
 * whatever else it is told.
 */
export async function pastLapses(ask: () => Promise<Reply>): Promise<Reply> {
  for (;;) {
    const reply = await ask();
    if (reply.status !== 503) return reply;
    await sleep(50);
  }
}
