import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { KeySet } from "@/lib/gateway/cache/key-set";
import { randomLetters } from "../../kit/gateway/gateway-keys";
import { collectGarbage } from "../../kit/gateway/gc";

test("contains what was added and not deleted since, in any order of these", () => {
  const [keys, held] = [new KeySet(), new Set<string>()];
  const names = Array.from({ length: 3_000 }, () => randomLetters(32));
  for (let round = 0; round < 20_000; round++) {
    const key = names[(round * 7_919) % names.length] as string;
    if ((round * 104_729) % 5 < 3) {
      keys.add(key);
      held.add(key);
    } else {
      keys.delete(key);
      held.delete(key);
    }
  }
  expect(keys.size).toBe(held.size);
  expect(names.filter((key) => keys.has(key) !== held.has(key))).toEqual([]);
  for (const key of names) keys.delete(key);
  expect(keys.size).toBe(0);
  expect(names.filter((key) => keys.has(key))).toEqual([]);
});

test("what was added twice is deleted by one deletion, and what was cleared is gone", () => {
  const keys = new KeySet();
  for (const key of ["a", "a", "b"]) keys.add(key);
  keys.delete("a");
  expect([keys.has("a"), keys.has("b"), keys.size]).toEqual([false, true, 1]);
  keys.clear();
  expect([keys.has("b"), keys.size]).toEqual([false, 0]);
});

test("a hundred thousand keys take 1 MiB, each of them is found, and hardly any of as many others", async () => {
  const before = await bytesOfBuffers();
  const keys = new KeySet();
  for (let index = 0; index < 100_000; index++) keys.add(`key${index}`);
  // What a smaller table held is freed by the collector's own threads, a moment later.
  await expect.poll(async () => ((await bytesOfBuffers()) - before) / 2 ** 20).toBeLessThan(1.1);
  let [missed, mistaken] = [0, 0];
  for (let index = 0; index < 100_000; index++) {
    if (!keys.has(`key${index}`)) missed++;
    if (keys.has(`other${index}`)) mistaken++;
  }
  expect(missed).toBe(0);
  expect(mistaken).toBeLessThan(30);
});

async function bytesOfBuffers(): Promise<number> {
  collectGarbage();
  // Collected memory is released in a later tick.
  await turn();
  return process.memoryUsage().arrayBuffers;
}

test("which keys collide differs from set to set, so that nobody can construct a colliding key", () => {
  const names = Array.from({ length: 200_000 }, (_, index) => `key${index}`);
  const sharing = () => {
    const keys = new KeySet();
    return names.filter((key) => {
      const { size } = keys;
      keys.add(key);
      return keys.size === size;
    });
  };
  const others = new Set(sharing());
  expect(sharing().filter((key) => others.has(key))).toEqual([]);
});
