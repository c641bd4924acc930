import { expect, test } from "vitest";
import { LookupLimit } from "@/lib/gateway/auth/lookup-limit";
import { KeyCache } from "@/lib/gateway/cache/key-cache";
import { collectGarbage } from "../../kit/gateway/gc";

function setUp() {
  const clock = { now: 1_000 };
  const limit = new LookupLimit(() => clock.now);
  /** How many of `count` look-ups are allowed. */
  const take = (count: number, source: string | null = "198.51.100.7") => {
    let allowed = 0;
    for (let index = 0; index < count; index++) if (limit.take(source)) allowed++;
    return allowed;
  };
  return { clock, limit, take };
}

test("200 look-ups at once, then 50 a second, and never more than 200 saved up", () => {
  const { clock, take } = setUp();
  expect(take(1_000)).toBe(200);
  clock.now += 1_000;
  expect(take(1_000)).toBe(50);
  clock.now += 19;
  expect(take(1)).toBe(0);
  clock.now += 1;
  expect(take(2)).toBe(1);
  clock.now += 3_600_000;
  expect(take(1_000)).toBe(200);
});

test("a refused look-up does not delay the next allowed one", () => {
  const { clock, take } = setUp();
  take(200);
  for (let millisecond = 0; millisecond < 20; millisecond++) {
    expect(take(1)).toBe(0);
    clock.now++;
  }
  expect(take(1)).toBe(1);
});

test("one source's look-ups cost no other's", () => {
  const { take } = setUp();
  take(1_000, "198.51.100.7");
  for (const other of ["198.51.100.8", "2001:db8::1", null]) expect(take(200, other)).toBe(200);
});

test("the addresses of one IPv6 network of 64 bits are one source", () => {
  const { take } = setUp();
  expect(take(200, "2001:db8:0:1::1")).toBe(200);
  expect(take(1, "2001:db8:0:1:ffff:ffff:ffff:ffff")).toBe(0);
  expect(take(1, "2001:db8:0:2::1")).toBe(1);
});

test("a returned look-up can be taken again, and never adds to the burst", () => {
  const { limit, take } = setUp();
  limit.release("198.51.100.7");
  expect(take(1_000)).toBe(200);
  limit.release("198.51.100.7");
  limit.release("203.0.113.9");
  expect(take(2)).toBe(1);
});

test("made-up keys from ever new networks use no more memory when their number doubles", async () => {
  const limit = new LookupLimit(() => 0);
  const keyCache = new KeyCache(
    async () => ({ active: false, number: null }),
    () => ({ monotonic: 0, wall: 0 }),
  );
  keyCache.endRenewal(keyCache.beginRenewal(true), { snapshot: "1:1:", xmax: 1n, changed: [] });
  const inUseAfter = async (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      limit.take(`2001:db8:${(index >> 16).toString(16)}:${(index & 0xffff).toString(16)}::1`);
      // A key that is requested only once is not cached at all.
      await keyCache.load(`key${index}`);
      await keyCache.load(`key${index}`);
    }
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const [once, twice] = [await inUseAfter(0, 40_000), await inUseAfter(40_000, 80_000)];
  expect((twice - once) / 1_000_000).toBeLessThan(2);
  expect(limit.take("2001:db8::1") && keyCache.peek("key79999")).toBeTruthy();
});
