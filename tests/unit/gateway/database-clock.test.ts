import { describe, expect, test } from "vitest";
import { DatabaseClock } from "@/lib/gateway/cache/database-clock";
import type { Hour } from "@/lib/gateway/usage/hour-counts";
import { Usage } from "@/lib/gateway/usage/usage";

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY = 24 * 60 * 60 * 1_000;
const HOUR = 60 * 60_000;

function clocks({ wall = NOON } = {}) {
  const state = { wall, monotonic: 5_000, database: NOON };
  const clock = new DatabaseClock(
    () => state.wall,
    () => state.monotonic,
  );
  return { state, clock, ask: () => clock.ask(async () => state.database) };
}

describe("the database's clock", () => {
  test("is the gateway's own until the database's is read, and then the database's, whatever the gateway's does", async () => {
    const { state, clock, ask } = clocks({ wall: NOON - 3 * DAY });
    expect(clock.now()).toBe(NOON - 3 * DAY);
    expect(await ask()).toBe(3 * DAY);
    expect(clock.now()).toBe(NOON);
    state.wall += 365 * DAY;
    state.monotonic += 1_500;
    expect(clock.now()).toBe(NOON + 1_500);
  });

  test("of a machine that slept is behind until it is read again", async () => {
    const { state, clock, ask } = clocks();
    await ask();
    state.database += DAY;
    expect(clock.now()).toBe(NOON);
    expect(await ask()).toBe(DAY);
    expect(clock.now()).toBe(NOON + DAY);
  });

  test("stays as it was if the database does not answer", async () => {
    const { clock, ask } = clocks();
    await ask();
    await expect(clock.ask(() => Promise.reject(new Error("away")))).rejects.toThrow("away");
    expect(clock.now()).toBe(NOON);
  });
});

describe("usage counted by a wrong clock", () => {
  const accepted = { answer: { status: 200, headers: [], body: "" }, outcome: "accepted" as const };
  const usageOf = (read: () => number) => {
    const written: Hour[][] = [];
    let ids = 0;
    const usage = new Usage(
      async () => [],
      read,
      () => `id ${++ids}`,
    );
    return {
      usage,
      written,
      flush: () => usage.flush(async (_, hours) => void written.push(structuredClone([...hours]))),
    };
  };

  test.each([-3 * DAY, 365 * DAY])("by %i ms is written at the time it was", async (off) => {
    let now = NOON + off;
    const { usage, written, flush } = usageOf(() => now);
    usage.record({ ...accepted, keyNumber: 7 }, "192.0.2.1");
    usage.shift(-off);
    now = NOON;
    await flush();
    expect(written.flat()).toMatchObject([{ key: 7, at: NOON, lastAt: NOON }]);
  });

  test("and already written keeps its row; later usage has its own row", async () => {
    let now = NOON;
    const { usage, written, flush } = usageOf(() => now);
    usage.record({ ...accepted, keyNumber: 7 }, "192.0.2.1");
    await flush();
    usage.record({ ...accepted, keyNumber: 7 }, "192.0.2.1");
    usage.shift(2 * HOUR);
    now += 2 * HOUR;
    usage.record({ ...accepted, keyNumber: 7 }, "192.0.2.1");
    await flush();
    const rows = written.flat().map(({ run, at, counts }) => [run, (at - NOON) / HOUR, counts[0]]);
    expect(rows.map((row) => row.slice(1))).toEqual([
      [0, 1],
      [0, 2],
      [2, 1],
    ]);
    expect(rows[0]?.[0]).toBe(rows[1]?.[0]);
    expect(rows[2]?.[0]).not.toBe(rows[0]?.[0]);
  });

  test("by a minute moves to the hour in which it was, though it was counted in the hour before", async () => {
    let now = NOON - 1;
    const { usage, written, flush } = usageOf(() => now);
    usage.record({ ...accepted, keyNumber: 7 }, "192.0.2.1");
    usage.shift(60_000);
    now += 60_000;
    await flush();
    expect(written.flat()).toMatchObject([{ key: 7, at: NOON, lastAt: now }]);
  });

  test("in two hours that turn out to be one has two rows, so that neither replaces the other", async () => {
    let now = NOON - HOUR / 2;
    const { usage, written, flush } = usageOf(() => now);
    usage.record({ ...accepted, keyNumber: 7 }, "192.0.2.1");
    now = NOON;
    usage.record({ ...accepted, keyNumber: 7 }, "192.0.2.1");
    usage.shift(HOUR / 2);
    now += HOUR / 2;
    usage.record({ ...accepted, keyNumber: 7 }, "192.0.2.1");
    await flush();
    const rows = written.flat();
    expect(rows.map(({ at, counts }) => [at, counts[0]])).toEqual(Array(3).fill([NOON, 1]));
    expect(new Set(rows.map(({ run }) => run)).size).toBe(3);
  });

  test("by less than a second stays as it is", async () => {
    const { usage, written, flush } = usageOf(() => NOON + 900);
    usage.record({ ...accepted, keyNumber: 7 }, "192.0.2.1");
    usage.shift(-900);
    await flush();
    expect(written.flat()).toMatchObject([{ at: NOON, lastAt: NOON + 900 }]);
  });
});
