import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { batchLoader } from "@/lib/gateway/cache/batch-loader";

type Row = { key: string };
type Call = { keys: string[]; answer(rows: Row[]): void; fail(error: Error): void };

function reader(now = () => 0) {
  const calls: Call[] = [];
  const read = batchLoader<Row>((keys) => new Promise((answer, fail) => calls.push({ keys, answer, fail })), now);
  return { calls, read };
}

const called = (calls: Call[]) => calls.map(({ keys }) => keys.join(""));
const rows = (keys: string) => Array.from(keys, (key) => ({ key }));

test("keys requested in one turn are read together, also from microtasks, and each gets its own row or none", async () => {
  const { calls, read } = reader();
  const asked = [read("a"), read("b"), Promise.resolve().then(() => read("c"))];
  await sleep(1);
  expect(called(calls)).toEqual(["abc"]);
  calls[0]?.answer(rows("ca"));
  expect(await Promise.all(asked)).toEqual([{ key: "a" }, null, { key: "c" }]);
});

test("one read runs at a time: keys requested meanwhile are read together in the next", async () => {
  const { calls, read } = reader();
  const asked = [];
  for (const key of "abc") {
    asked.push(read(key));
    await sleep(1);
  }
  expect(called(calls)).toEqual(["a"]);
  calls[0]?.answer([]);
  await sleep(1);
  expect(called(calls)).toEqual(["a", "bc"]);
  calls[1]?.answer(rows("bc"));
  expect(await Promise.all(asked)).toEqual([null, { key: "b" }, { key: "c" }]);
  void read("d");
  await sleep(1);
  expect(called(calls)).toEqual(["a", "bc", "d"]);
});

test("a hundred keys are read at once, the rest in the next read", async () => {
  const { calls, read } = reader();
  for (let key = 0; key < 150; key++) void read(String(key));
  await sleep(1);
  expect(calls.map(({ keys }) => keys.length)).toEqual([100]);
  calls[0]?.answer([]);
  await sleep(1);
  expect(calls.map(({ keys }) => keys.length)).toEqual([100, 50]);
});

test("of keys that nobody waits for, a hundred are read at once, up to four hundred while the database is quick, and fewer after a slow read", async () => {
  let now = 0;
  const { calls, read } = reader(() => now);
  for (let key = 0; key < 1_800; key++) void read(String(key), true);
  for (const tookMs of [5, 5, 5, 25, 5, 5]) {
    await sleep(1);
    now += tookMs;
    calls.at(-1)?.answer([]);
  }
  await sleep(1);
  expect(calls.map(({ keys }) => keys.length)).toEqual([100, 200, 400, 400, 200, 400, 100]);
});

test("a key that somebody waits for is in the very next read, before those that nobody waits for", async () => {
  const { calls, read } = reader();
  for (let key = 0; key < 300; key++) void read(String(key), true);
  await sleep(1);
  const asked = read("a");
  calls[0]?.answer([]);
  await sleep(1);
  expect(calls[1]?.keys.slice(0, 2)).toEqual(["a", "100"]);
  calls[1]?.answer(rows("a"));
  expect(await asked).toEqual({ key: "a" });
});

test("the next read is sent before the rows of the previous one are given out, though sending takes a few microtasks", async () => {
  const calls: (() => void)[] = [];
  const read = batchLoader<Row>(async () => {
    for (let hops = 0; hops < 10; hops++) await Promise.resolve();
    return new Promise((answer) => calls.push(() => answer([])));
  });
  const order: string[] = [];
  for (let key = 0; key < 150; key++) void read(String(key), true).then(() => order.push(`${calls.length} reads sent`));
  await sleep(1);
  calls[0]?.();
  await sleep(1);
  expect(new Set(order)).toEqual(new Set(["2 reads sent"]));
  expect(order).toHaveLength(100);
});

test("a read that fails fails its own keys, and the next ones are read", async () => {
  const { calls, read } = reader();
  const [failing, other] = [read("a"), sleep(1).then(() => read("b"))];
  await sleep(2);
  calls[0]?.fail(new Error("connection lost"));
  await expect(failing).rejects.toThrow("connection lost");
  await sleep(1);
  calls[1]?.answer(rows("b"));
  expect(await other).toEqual({ key: "b" });
  void read("c");
  await sleep(1);
  expect(called(calls)).toEqual(["a", "b", "c"]);
});
