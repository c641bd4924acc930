import { describe, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/gateway/clock";
import { Leases, type PollAnswer } from "@/lib/gateway/leases";
import { type PollConnection, type Polling, startPolling } from "@/lib/gateway/poller";

const nothing: PollAnswer = { xmin: 7n, inRecovery: false, changed: [] };
const leasesOf = () => new Leases(() => Promise.reject(new Error("no read expected")), systemClock);

type Scripted = PollConnection & { poll: ReturnType<typeof vi.fn<PollConnection["poll"]>>; close: ReturnType<typeof vi.fn<() => void>> };
const connection = (poll: PollConnection["poll"] = async () => nothing): Scripted => ({ poll: vi.fn(poll), close: vi.fn() });

async function polling(connections: (Scripted | Error)[], during: (failed: ReturnType<typeof vi.fn>, leases: Leases) => Promise<void>) {
  const failed = vi.fn();
  const leases = leasesOf();
  const connect = vi.fn(async () => {
    const next = connections.length > 1 ? connections.shift() : connections[0];
    if (!next || next instanceof Error) throw next;
    return next;
  });
  const running: Polling = startPolling(leases, connect, failed);
  try {
    await during(failed, leases);
  } finally {
    await running.stop();
  }
}

describe("polling", () => {
  test("renews the lease on one connection, each poll asking from where the one before stood", async () => {
    const steady = connection();
    await polling([steady], async (failed, leases) => {
      await expect.poll(() => steady.poll.mock.calls.length).toBeGreaterThan(3);
      expect(steady.poll.mock.calls.slice(0, 3)).toEqual([[null], [7n], [7n]]);
      expect(leases.good()).toBe(true);
      expect(failed).not.toHaveBeenCalled();
    });
    expect(steady.close).toHaveBeenCalledOnce();
  });

  test("begins anew on another connection when one fails, closes the first and tells the log", async () => {
    const [broken, whole] = [connection(async () => Promise.reject(new Error("lost"))), connection()];
    await polling([broken, whole], async (failed, leases) => {
      await expect.poll(() => leases.good()).toBe(true);
      expect(failed).toHaveBeenCalledExactlyOnceWith(new Error("lost"));
      expect(broken.close).toHaveBeenCalledOnce();
      expect(whole.poll.mock.calls[0]).toEqual([null]);
    });
  });

  test("keeps trying while there is no database, and gives no lease", async () => {
    await polling([new Error("refused")], async (failed, leases) => {
      await expect.poll(() => failed.mock.calls.length).toBeGreaterThan(2);
      expect(leases.good()).toBe(false);
    });
  });

  test("is not hurried by slow answers: the next poll follows at once, and never two at a time", async () => {
    let open = 0;
    const slow = connection(async () => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      open--;
      return nothing;
    });
    await polling([slow], async () => {
      await expect.poll(() => slow.poll.mock.calls.length).toBe(3);
    });
  });

  test("asks nothing more when it is stopped", async () => {
    const steady = connection();
    await polling([steady], () => expect.poll(() => steady.poll.mock.calls.length).toBe(1));
    const calls = steady.poll.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(steady.poll.mock.calls).toHaveLength(calls);
  });
});
