import { afterEach, describe, expect, test, vi } from "vitest";
import type { CachedKey } from "@/lib/gateway/cache/cached-key";
import type { Moment } from "@/lib/gateway/cache/clock";
import { KeyCache, type RenewalAnswer, Unavailable } from "@/lib/gateway/cache/key-cache";
import { LEASE_MS } from "@/lib/platform/lease";

/** A key cache whose clock only moves when told to, and whose reads the test answers itself. */
function setUp() {
  const now: Moment = { monotonic: 5_000, wall: 1_800_000_000_000 };
  const reads: { key: string; answer(entry: CachedKey): Promise<void>; fail(error: Error): Promise<void> }[] = [];
  const read = (key: string) =>
    new Promise<CachedKey>((resolve, reject) => {
      reads.push({
        key,
        answer: (entry) => settled(() => resolve(entry)),
        fail: (error) => settled(() => reject(error)),
      });
    });
  const keyCache = new KeyCache(read, () => ({ ...now }), { known: 2, unknown: 2 });
  const pass = (milliseconds: number) => {
    now.monotonic += milliseconds;
    now.wall += milliseconds;
  };
  const renew = (answer: Partial<RenewalAnswer> = {}, first = false) => {
    const begun = keyCache.beginRenewal(first);
    keyCache.endRenewal(begun, { snapshot: "100:100:", xmax: 100n, changed: [], ...answer });
    return begun;
  };
  const ask = async (key: string, entry: CachedKey) => {
    const asked = keyCache.load(key);
    await settled();
    await reads.at(-1)?.answer(entry);
    return asked;
  };
  /**
   * Caches an entry under a key, as earlier requests would: two requests if no such key exists.
   */
  const know = async (key: string, entry: CachedKey) => {
    if (entry.number === null) await ask(key, entry);
    return ask(key, entry);
  };
  return { keyCache, now, reads, pass, renew, ask, know };
}

async function settled(act: () => void = () => undefined): Promise<void> {
  act();
  await new Promise((resolve) => setImmediate(resolve));
}

const KEY = "a".repeat(32);
const OTHER = "b".repeat(32);
// The cache reads only an entry's number: null for a key that does not exist.
const entry = (number: number | null = 1): CachedKey => ({ active: false, number });
const MANY = Array.from({ length: 10_001 }, (_, index) => String(index));

describe("a request without a lease", () => {
  afterEach(() => void vi.useRealTimers());

  const waiting = (keyCache: KeyCache) => {
    const over = vi.fn();
    keyCache.renewal().then(over);
    return over;
  };

  test("waits until the next renewal brings one, all such requests together", async () => {
    vi.useFakeTimers();
    const { keyCache, renew } = setUp();
    const [first, second] = [waiting(keyCache), waiting(keyCache)];
    await vi.advanceTimersByTimeAsync(499);
    expect(first).not.toHaveBeenCalled();
    renew({}, true);
    await vi.advanceTimersByTimeAsync(0);
    expect([first, second].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("keeps waiting where a renewal brings none", async () => {
    vi.useFakeTimers();
    const { keyCache, renew, pass } = setUp();
    const over = waiting(keyCache);
    const late = keyCache.beginRenewal(true);
    pass(LEASE_MS);
    keyCache.endRenewal(late, { snapshot: "1:1:", xmax: 1n, changed: [] });
    await vi.advanceTimersByTimeAsync(499);
    expect(over).not.toHaveBeenCalled();
    renew({}, true);
    await vi.advanceTimersByTimeAsync(0);
    expect(over).toHaveBeenCalledOnce();
  });

  test("waits for half a second at most, and so does every later one", async () => {
    vi.useFakeTimers();
    const { keyCache } = setUp();
    for (let round = 0; round < 2; round++) {
      const over = waiting(keyCache);
      await vi.advanceTimersByTimeAsync(499);
      expect(over).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(over).toHaveBeenCalledOnce();
      expect(keyCache.isFresh()).toBe(false);
    }
  });
});

describe("a lease", () => {
  test("begins with the first renewal", () => {
    const { keyCache, renew } = setUp();
    expect(keyCache.isFresh()).toBe(false);
    renew({}, true);
    expect(keyCache.isFresh()).toBe(true);
  });

  test("counts from before its renewal was sent, not from the reply", () => {
    const { keyCache, pass } = setUp();
    const begun = keyCache.beginRenewal(true);
    pass(600);
    keyCache.endRenewal(begun, { snapshot: "1:1:", xmax: 1n, changed: [] });
    pass(399);
    expect(keyCache.isFresh()).toBe(true);
    pass(1);
    expect(keyCache.isFresh()).toBe(false);
  });

  test("is not granted by a reply that took a second", () => {
    const { keyCache, pass } = setUp();
    const begun = keyCache.beginRenewal(true);
    pass(LEASE_MS);
    keyCache.endRenewal(begun, { snapshot: "1:1:", xmax: 1n, changed: [] });
    expect(keyCache.isFresh()).toBe(false);
  });

  test.each<[string, Partial<Moment>]>([
    [
      "the monotonic clock alone has moved a second (someone sets the wall clock back meanwhile)",
      { monotonic: LEASE_MS },
    ],
    ["the wall clock alone has moved a second (the machine was suspended)", { wall: LEASE_MS }],
    ["the wall clock was set back by a second", { wall: -LEASE_MS }],
  ])("ends when %s", (_, { monotonic = 0, wall = 0 }) => {
    const { keyCache, now, renew } = setUp();
    renew({}, true);
    now.monotonic += monotonic;
    now.wall += wall;
    expect(keyCache.isFresh()).toBe(false);
  });
});

describe("a renewal", () => {
  test("asks for changes since the previous snapshot, on the same connection", () => {
    const { keyCache, renew } = setUp();
    expect(renew({ snapshot: "60:70:60", xmax: 70n }, true).since).toBeNull();
    expect(renew({ snapshot: "60:90:60", xmax: 90n }).since).toBe("60:70:60");
    expect(keyCache.beginRenewal(false).since).toBe("60:90:60");
    expect(keyCache.beginRenewal(true).since).toBeNull();
  });

  test("keeps entries that did not change", async () => {
    const { keyCache, renew, know } = setUp();
    renew({}, true);
    const known = await know(KEY, entry());
    renew({ changed: [OTHER] });
    expect(keyCache.isCurrent(KEY, known)).toBe(true);
    expect(keyCache.load(KEY)).toBe(known);
  });

  test.each([
    ["a key", entry(7)],
    ["a key that did not exist", entry(null)],
  ])("that names %s removes it from the cache", async (_, remembered) => {
    const { keyCache, reads, renew, know } = setUp();
    renew({}, true);
    const known = await know(KEY, remembered);
    expect(keyCache.isCurrent(KEY, known)).toBe(true);
    renew({ changed: [OTHER, KEY] });
    expect(keyCache.isCurrent(KEY, known)).toBe(false);
    const before = reads.length;
    const again = keyCache.load(KEY);
    await settled();
    expect(reads).toHaveLength(before + 1);
    await reads[before]?.answer(entry(8));
    expect(await again).toEqual(entry(8));
  });

  test.each<[string, (setup: ReturnType<typeof setUp>) => void]>([
    ["the first on a connection", ({ renew }) => void renew({}, true)],
    [
      "whose transaction ids went back (a restored database, a standby that lagged)",
      ({ renew }) => void renew({ xmax: 99n }),
    ],
    ["that names more than 10,000 keys", ({ renew }) => void renew({ changed: MANY })],
    [
      "sent after its predecessor's second ran out",
      ({ pass, renew }) => {
        pass(LEASE_MS);
        renew();
      },
    ],
    [
      "sent after the wall clock ran ahead by a second",
      ({ now, renew }) => {
        now.wall += LEASE_MS;
        renew();
      },
    ],
  ])("%s empties the cache, including reads in progress", async (_, happen) => {
    const setup = setUp();
    const { keyCache, reads, renew, know } = setup;
    renew({}, true);
    const known = [await know(KEY, entry(1)), await know(OTHER, entry(null))];
    const underWay = keyCache.load("c".repeat(32));
    await settled();
    happen(setup);
    renew({}, false);
    expect([KEY, OTHER].map((key, index) => keyCache.isCurrent(key, known[index] as CachedKey))).toEqual([
      false,
      false,
    ]);
    const before = reads.length;
    await reads.at(-1)?.answer(entry(3));
    expect(reads, "read again").toHaveLength(before + 1);
    await reads.at(-1)?.answer(entry(4));
    expect(await underWay).toEqual(entry(4));
  });

  test("that returns after the lease it was sent under ended removes only what it names", async () => {
    const { keyCache, pass, renew, know } = setUp();
    renew({}, true);
    const known = await know(KEY, entry());
    pass(700);
    const begun = keyCache.beginRenewal(false);
    pass(400);
    expect(keyCache.isCurrent(KEY, known)).toBe(false);
    keyCache.endRenewal(begun, { snapshot: "100:100:", xmax: 100n, changed: [] });
    expect(keyCache.isCurrent(KEY, known)).toBe(true);
  });

  test("that names exactly 10,000 keys removes only those", async () => {
    const { keyCache, renew, know } = setUp();
    renew({}, true);
    const known = await know(KEY, entry());
    renew({ changed: MANY.slice(1) });
    expect(keyCache.isCurrent(KEY, known)).toBe(true);
  });
});

describe("a read of a key", () => {
  test("is shared by all requests for it meanwhile", async () => {
    const { keyCache, reads, renew } = setUp();
    renew({}, true);
    const asked = [keyCache.load(KEY), keyCache.load(KEY), keyCache.load(KEY)];
    await settled();
    expect(reads).toHaveLength(1);
    const only = entry();
    await reads[0]?.answer(only);
    expect((await Promise.all(asked)).every((each) => each === only)).toBe(true);
    expect(keyCache.load(KEY)).toBe(only);
  });

  test("in progress while a renewal names its key is discarded and repeated", async () => {
    const { keyCache, reads, renew } = setUp();
    renew({}, true);
    const asked = keyCache.load(KEY);
    await settled();
    renew({ changed: [KEY] });
    const [old, fresh] = [entry(1), entry(2)];
    await reads[0]?.answer(old);
    expect(keyCache.isCurrent(KEY, old)).toBe(false);
    await reads[1]?.answer(fresh);
    expect(await asked).toBe(fresh);
  });

  test("in progress while renewals name other keys is kept", async () => {
    const { keyCache, reads, renew } = setUp();
    renew({}, true);
    const asked = keyCache.load(KEY);
    await settled();
    renew({ changed: [OTHER] });
    await reads[0]?.answer(entry(1));
    expect(reads).toHaveLength(1);
    expect(keyCache.isCurrent(KEY, await asked)).toBe(true);
  });

  test("that took a second is discarded and repeated, whatever the renewals said", async () => {
    const { keyCache, reads, pass, renew } = setUp();
    renew({}, true);
    const asked = keyCache.load(KEY);
    await settled();
    for (let quarter = 0; quarter < 4; quarter++) {
      pass(250);
      renew();
    }
    await reads[0]?.answer(entry(1));
    await reads[1]?.answer(entry(2));
    expect(await asked).toEqual(entry(2));
  });

  test("is given up after four attempts, and the next request starts over", async () => {
    const { keyCache, reads, renew } = setUp();
    renew({}, true);
    const asked = keyCache.load(KEY);
    const refusal = expect(asked).rejects.toThrow(Unavailable);
    for (let attempt = 0; attempt < 4; attempt++) {
      await settled();
      renew({ changed: [KEY] });
      await reads[attempt]?.answer(entry());
    }
    await refusal;
    expect(reads).toHaveLength(4);
    void keyCache.load(KEY);
    await settled();
    expect(reads).toHaveLength(5);
  });

  test("that fails is not cached", async () => {
    const { keyCache, reads, renew } = setUp();
    renew({}, true);
    const asked = keyCache.load(KEY);
    const refusal = expect(asked).rejects.toThrow("connection lost");
    await settled();
    await reads[0]?.fail(new Error("connection lost"));
    await refusal;
    expect(keyCache.load(KEY)).toBeInstanceOf(Promise);
    await settled();
    expect(reads).toHaveLength(2);
  });
});

describe("the cache", () => {
  test("stores a key that does not exist only when it is requested for the second time", async () => {
    const { keyCache, reads, renew, ask } = setUp();
    renew({}, true);
    await ask(KEY, entry(null));
    expect(keyCache.peek(KEY)).toBeUndefined();
    expect(keyCache.sizes()).toEqual({ known: 0, unknown: 0 });
    await ask(KEY, entry(null));
    expect(keyCache.load(KEY)).toEqual(entry(null));
    expect(reads).toHaveLength(2);
    expect(keyCache.sizes()).toEqual({ known: 0, unknown: 1 });
  });

  test("is bounded, and keys that do not exist never evict those that do", async () => {
    const { keyCache, renew, know } = setUp();
    renew({}, true);
    const known = await know(KEY, entry());
    const unknown: CachedKey[] = [];
    for (const made of ["x", "y", "z"]) unknown.push(await know(made.repeat(32), entry(null)));
    expect(keyCache.isCurrent(KEY, known)).toBe(true);
    expect(
      ["x", "y", "z"].map((made, index) => keyCache.isCurrent(made.repeat(32), unknown[index] as CachedKey)),
    ).toEqual([false, true, true]);
  });
});

describe("a cached entry is not current", () => {
  test("without a lease", async () => {
    const { keyCache, pass, renew, know } = setUp();
    renew({}, true);
    const known = await know(KEY, entry());
    pass(LEASE_MS);
    expect(keyCache.isCurrent(KEY, known)).toBe(false);
  });

  test("when the key was read again meanwhile, though nothing about it differs", async () => {
    const { keyCache, renew, know } = setUp();
    renew({}, true);
    const known = await know(KEY, entry());
    renew({ changed: [KEY] });
    await know(KEY, entry());
    expect(keyCache.isCurrent(KEY, known)).toBe(false);
  });

  test("for another key", async () => {
    const { keyCache, renew, know } = setUp();
    renew({}, true);
    const known = await know(KEY, entry());
    await know(OTHER, entry(2));
    expect(keyCache.isCurrent(OTHER, known)).toBe(false);
  });
});
