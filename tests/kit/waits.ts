import { vi } from "vitest";
import { LEASES_RUN_OUT_MS } from "@/lib/api-keys/propagation";

/** How often the work waited for the gateways' leases to run out; not for tests that run beside others. */
export async function leaseWaits(work: () => Promise<unknown>): Promise<number> {
  const timers = vi.spyOn(globalThis, "setTimeout");
  try {
    await work();
    return timers.mock.calls.filter(([, milliseconds]) => milliseconds === LEASES_RUN_OUT_MS).length;
  } finally {
    timers.mockRestore();
  }
}
