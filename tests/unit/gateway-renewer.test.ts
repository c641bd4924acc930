import { describe, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/gateway/clock";
import type { LeaseConnection, Turn } from "@/lib/gateway/lease-connection";
import { Leases, type RenewalAnswer } from "@/lib/gateway/leases";
import { startRenewing } from "@/lib/gateway/renewer";

const nothing: RenewalAnswer = { snapshot: "7:7:", xmax: 7n, changed: [] };
const leasesOf = () => new Leases(() => Promise.reject(new Error("no read expected")), systemClock);
const WAIT = { timeout: 60_000 };

type Scripted = Pick<LeaseConnection, "renew" | "leave" | "close"> & { asked: (string | null)[]; closed(): number };

function connection(answer: () => Promise<RenewalAnswer> = async () => nothing): Scripted {
  const asked: (string | null)[] = [];
  const close = vi.fn();
  return {
    asked,
    async renew({ begin, end }: Turn) {
      asked.push(begin().since);
      end(await answer());
    },
    leave: async () => undefined,
    close,
    closed: () => close.mock.calls.length,
  };
}

async function renewing(connections: (Scripted | Error)[], during: (failed: ReturnType<typeof vi.fn>, leases: Leases) => Promise<void>) {
  const failed = vi.fn();
  const leases = leasesOf();
  const connect = async () => {
    const next = connections.length > 1 ? connections.shift() : connections[0];
    if (!next || next instanceof Error) throw next;
    return next;
  };
  const running = startRenewing(leases, connect, failed);
  try {
    await during(failed, leases);
  } finally {
    await running.stop();
  }
}

describe("renewing", () => {
  test("keeps the lease on one connection, each renewal asking from the snapshot of the one before", async () => {
    const steady = connection();
    await renewing([steady], async (failed) => {
      await expect.poll(() => steady.asked.length, WAIT).toBeGreaterThan(3);
      expect(steady.asked.slice(0, 3)).toEqual([null, "7:7:", "7:7:"]);
      expect(failed).not.toHaveBeenCalled();
    });
    expect(steady.closed()).toBe(1);
  });

  test("begins anew on another connection when one fails, closes the first and tells the log", async () => {
    const [broken, whole] = [connection(async () => Promise.reject(new Error("lost"))), connection()];
    await renewing([broken, whole], async (failed, leases) => {
      await expect.poll(() => leases.good(), WAIT).toBe(true);
      expect(failed).toHaveBeenCalledExactlyOnceWith(new Error("lost"));
      expect(broken.closed()).toBe(1);
      expect(whole.asked[0]).toBeNull();
    });
  });

  test("keeps trying while there is no database, and gives no lease", async () => {
    await renewing([new Error("refused")], async (failed, leases) => {
      await expect.poll(() => failed.mock.calls.length, WAIT).toBeGreaterThan(2);
      expect(leases.good()).toBe(false);
    });
  });

  test("is not hurried by slow answers: the next renewal follows at once, and never two at a time", async () => {
    let open = 0;
    const slow = connection(async () => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      open--;
      return nothing;
    });
    await renewing([slow], () => expect.poll(() => slow.asked.length, WAIT).toBeGreaterThanOrEqual(3));
  });

  test("asks nothing more when it is stopped", async () => {
    const steady = connection();
    await renewing([steady], () => expect.poll(() => steady.asked.length, WAIT).toBeGreaterThan(0));
    const asked = steady.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(steady.asked).toHaveLength(asked);
  });
});
