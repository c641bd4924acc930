import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { batchLoader } from "@/lib/gateway/cache/batch-loader";

type Row = { key: string };
type Call = { keys: string[]; answer(rows: Row[]): void; fail(error: Error): void };

function reader() {
  const calls: Call[] = [];
  const read = batchLoader<Row>((keys) => new Promise((answer, fail) => calls.push({ keys, answer, fail })));
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
