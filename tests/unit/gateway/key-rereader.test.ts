import { setImmediate as turn } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { batchLoader } from "@/lib/gateway/cache/batch-loader";
import { keyRereader } from "@/lib/gateway/cache/key-rereader";
import { LEASE_MS } from "@/lib/platform/lease";

const KEYS = Array.from({ length: 2_000 }, (_, index) => `key${index}`);

test("keys are read again in their order, at most eight hundred at a time, until all are", async () => {
  const read: string[] = [];
  let [underWay, most] = [0, 0];
  await keyRereader(async (key: string) => {
    read.push(key);
    most = Math.max(most, ++underWay);
    await turn();
    underWay--;
  })(KEYS);
  expect(read).toEqual(KEYS);
  expect(most).toBe(800);
});

test.each([5, 130, 200])("no key waits for as long as a lease where each statement takes %i ms", async (tookMs) => {
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const load = batchLoader<{ key: string }>((keys) => {
    const rows = keys.map((key) => ({ key }));
    return new Promise((answer) => setTimeout(() => answer(rows), tookMs));
  });
  const waits: number[] = [];
  const all = keyRereader(async (key: string) => {
    const began = performance.now();
    await load(key, true);
    waits.push(performance.now() - began);
  })(KEYS);
  await vi.runAllTimersAsync();
  await all;
  expect(waits.length).toBe(KEYS.length);
  expect(Math.max(...waits)).toBeLessThan(LEASE_MS);
});

test("a read that fails ends it without an error", async () => {
  const read: string[] = [];
  await keyRereader(async (key) => {
    read.push(key);
    await turn();
    if (key === "key50") throw new Error("cut");
  })(KEYS);
  await turn();
  await turn();
  expect(read.length).toBeLessThan(1_700);
});

test("keys that are removed while others are read again are read in their place", async () => {
  const read: string[] = [];
  let later: Promise<void> | undefined;
  await keyRereaderWith(read, (again) => {
    later = again(["other"]);
  })(KEYS);
  await later;
  expect(read.length).toBeLessThan(900);
  expect(read).toContain("other");
});

/** Calls `first` with the rereader while the first key is read. */
function keyRereaderWith(read: string[], first: (again: ReturnType<typeof keyRereader>) => void) {
  const again = keyRereader(async (key: string) => {
    read.push(key);
    if (key === "key0") first(again);
    await turn();
  });
  return again;
}
