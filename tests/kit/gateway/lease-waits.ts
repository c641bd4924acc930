import { vi } from "vitest";
import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";

/** How often the work waited for the gateways' leases to run out; not for tests that run beside others. */
export async function leaseWaits(work: () => Promise<unknown>): Promise<number> {
  const timers = vi.spyOn(globalThis, "setTimeout");
  try {
    await work();
    // What is left of it where a timer is set: on a busy machine some milliseconds have passed by then.
    const isWait = (milliseconds = 0) => milliseconds > PROPAGATION_WAIT_MS - 200 && milliseconds <= PROPAGATION_WAIT_MS;
    return timers.mock.calls.filter(([, milliseconds]) => isWait(milliseconds)).length;
  } finally {
    timers.mockRestore();
  }
}
