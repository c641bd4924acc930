import { beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/gateway/cache/clock";
import { KeyCache, type RenewalAnswer } from "@/lib/gateway/cache/key-cache";
import type { LeaseConnection, RenewalRequest, RenewalTurn } from "@/lib/gateway/cache/lease-protocol";
import { startRenewing } from "@/lib/gateway/cache/renewer";

const nothing: RenewalAnswer = { snapshot: "7:7:", xmax: 7n, changed: [] };
const leasesOf = () => new KeyCache(() => Promise.reject(new Error("no read expected")), systemClock);
const WAIT = { timeout: 60_000 };

// A busy machine may stop the process between the time that the renewer reads and the renewal, so
// a renewal's time is the one that the renewer counts from: the last one that was read before.
const clock = performance.now.bind(performance);
let lastRead = 0;
beforeEach(() => {
  vi.spyOn(performance, "now").mockImplementation(() => {
    lastRead = clock();
    return lastRead;
  });
});

type Renewal = RenewalRequest & { at: number };
type Scripted = Pick<LeaseConnection, "renew" | "leave" | "close"> & {
  renewals: Renewal[];
  closed(): number;
  left(): number;
  /** Announces a change, as the database does. */
  announce(): void;
};

function connection(
  answer: () => Promise<RenewalAnswer> = async () => nothing,
  leave: () => void = () => undefined,
): Scripted {
  const renewals: Renewal[] = [];
  const [close, left] = [vi.fn(), vi.fn(leave)];
  return {
    renewals,
    async renew({ begin, end }: RenewalTurn) {
      const at = lastRead;
      renewals.push({ ...begin(), at });
      end(await answer());
    },
    leave: async () => left(),
    close,
    closed: () => close.mock.calls.length,
    left: () => left.mock.calls.length,
    announce: () => undefined,
  };
}

const asked = ({ renewals }: Scripted) => renewals.map(({ since }) => since);

async function renewing(
  connections: (Scripted | Error)[],
  during: (failed: ReturnType<typeof vi.fn>, keyCache: KeyCache) => Promise<void>,
) {
  const failed = vi.fn();
  const keyCache = leasesOf();
  const connect = async (changed: () => void) => {
    const next = connections.length > 1 ? connections.shift() : connections[0];
    if (!next || next instanceof Error) throw next;
    next.announce = changed;
    return next;
  };
  const running = startRenewing(keyCache, connect, failed);
  try {
    await during(failed, keyCache);
  } finally {
    await running.stop();
  }
}

describe("renewing", () => {
  test("keeps the lease on one connection, each renewal asking from the previous snapshot", async () => {
    const steady = connection();
    await renewing([steady], async (failed) => {
      await expect.poll(() => steady.renewals.length, WAIT).toBeGreaterThan(3);
      expect(asked(steady).slice(0, 3)).toEqual([null, "7:7:", "7:7:"]);
      expect(failed).not.toHaveBeenCalled();
    });
    expect(steady.closed()).toBe(1);
  });

  test("starts over on another connection when one fails, closes the first and logs it", async () => {
    const [broken, whole] = [connection(async () => Promise.reject(new Error("lost"))), connection()];
    await renewing([broken, whole], async (failed, keyCache) => {
      await expect.poll(() => keyCache.isFresh(), WAIT).toBe(true);
      expect(failed).toHaveBeenCalledExactlyOnceWith(new Error("lost"));
      expect(broken.closed()).toBe(1);
      expect(asked(whole)[0]).toBeNull();
    });
  });

  test("keeps trying while there is no database, and grants no lease", async () => {
    await renewing([new Error("refused")], async (failed, keyCache) => {
      await expect.poll(() => failed.mock.calls.length, WAIT).toBeGreaterThan(2);
      expect(keyCache.isFresh()).toBe(false);
    });
  });

  test("does not pile up when replies are slow: the next renewal follows at once, and never two at a time", async () => {
    let open = 0;
    const slow = connection(async () => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 300));
      open--;
      return nothing;
    });
    await renewing([slow], () => expect.poll(() => slow.renewals.length, WAIT).toBeGreaterThanOrEqual(3));
  });

  test("sends nothing more when it is stopped", async () => {
    const steady = connection();
    await renewing([steady], () => expect.poll(() => steady.renewals.length, WAIT).toBeGreaterThan(0));
    const before = steady.renewals.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(steady.renewals).toHaveLength(before);
  });
});

describe("the gateway's row", () => {
  const naming: RenewalAnswer = { ...nothing, changed: ["a".repeat(32)] };

  test("is inserted first, then acknowledged with the snapshot that is in effect, and checked from then on", async () => {
    const steady = connection();
    await renewing([steady], () => expect.poll(() => steady.renewals.length, WAIT).toBeGreaterThan(3));
    expect(steady.renewals.slice(0, 4).map(({ since, row }) => [since, row])).toEqual([
      [null, "enter"],
      ["7:7:", "acknowledge"],
      ["7:7:", "look"],
      ["7:7:", "look"],
    ]);
  });

  test("is acknowledged at once after a renewal that named a key, without a wait", async () => {
    let answers = 0;
    const named = connection(async () => (++answers === 4 ? naming : nothing));
    await renewing([named], () => expect.poll(() => named.renewals.length, WAIT).toBeGreaterThan(4));
    const [, , before, naming_, after] = named.renewals;
    expect([naming_?.row, after?.row]).toEqual(["look", "acknowledge"]);
    const [ordinary, follows] = [(naming_?.at ?? 0) - (before?.at ?? 0), (after?.at ?? 0) - (naming_?.at ?? 0)];
    expect(follows).toBeLessThan(ordinary);
  });

  test("is acknowledged by at most two renewals in 50 ms, though every one of them names keys", async () => {
    const busy = connection(async () => naming);
    await renewing([busy], () => expect.poll(() => busy.renewals.length, WAIT).toBeGreaterThan(8));
    for (const [index, { at }] of busy.renewals.entries()) {
      const next = busy.renewals[index + 2];
      if (next) expect(next.at - at).toBeGreaterThanOrEqual(49);
    }
  });

  test("is deleted when the gateway is stopped, after the lease is given up", async () => {
    const held: boolean[] = [];
    let keyCache: KeyCache | undefined;
    const steady = connection(
      async () => nothing,
      () => void held.push(keyCache?.isFresh() ?? true),
    );
    await renewing([steady], async (_, given) => {
      keyCache = given;
      await expect.poll(() => given.isFresh(), WAIT).toBe(true);
      expect(steady.left()).toBe(0);
    });
    expect(held).toEqual([false]);
    expect(steady.closed()).toBe(1);
  });

  test("is left for others to delete if the connection to delete it on fails", async () => {
    const lost = connection(
      async () => nothing,
      () => {
        throw new Error("lost");
      },
    );
    let told: unknown[][] = [];
    await renewing([lost], async (failed, keyCache) => {
      told = failed.mock.calls;
      await expect.poll(() => keyCache.isFresh(), WAIT).toBe(true);
    });
    expect(told).toEqual([[new Error("lost")]]);
    expect(lost.closed()).toBe(1);
  });
});

describe("an announced change", () => {
  test("is read at once, but not before 50 ms have passed since the previous renewal", async () => {
    const steady = connection();
    await renewing([steady], async () => {
      await expect.poll(() => steady.renewals.length, WAIT).toBe(3);
      const waits: number[] = [];
      for (let count = 3; count < 9; count++) {
        steady.announce();
        await expect.poll(() => steady.renewals.length, { ...WAIT, interval: 1 }).toBe(count + 1);
        waits.push((steady.renewals[count]?.at ?? 0) - (steady.renewals[count - 1]?.at ?? 0));
      }
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(49);
      // Ordinary ones are 250 ms apart.
      expect(Math.min(...waits)).toBeLessThan(250);
    });
  });

  test("that arrives during a renewal is read by the next one, which follows soon", async () => {
    let answers = 0;
    const hinted = connection(async () => {
      if (++answers === 4) hinted.announce();
      return nothing;
    });
    await renewing([hinted], () => expect.poll(() => hinted.renewals.length, WAIT).toBeGreaterThan(4));
    const [, , third, fourth, fifth] = hinted.renewals.map(({ at }) => at) as [number, number, number, number, number];
    expect(fifth - fourth).toBeLessThan(fourth - third);
  });
});
