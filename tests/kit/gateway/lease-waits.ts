import { vi } from "vitest";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";

/**
 * How many times `work` waited for the gateways' leases to expire. Not for tests that run
 * concurrently with others.
 */
export async function leaseWaits(work: () => Promise<unknown>): Promise<number> {
  const timers = vi.spyOn(globalThis, "setTimeout");
  try {
    await work();
    // The timer gets the remaining time: on a busy machine, some milliseconds have already passed.
    const isWait = (milliseconds = 0) =>
      milliseconds > PROPAGATION_WAIT_MS - 200 && milliseconds <= PROPAGATION_WAIT_MS;
    return timers.mock.calls.filter(([, milliseconds]) => isWait(milliseconds)).length;
  } finally {
    timers.mockRestore();
  }
}
