import { expect, test, vi } from "vitest";
import { ActiveKeys } from "@/lib/gateway/cache/active-keys";

/** Pages of a sorted table of keys, and how many rows each read asked for. */
function pagesOf(rows: [key: string, active: boolean][]) {
  const asked: number[] = [];
  const read = async (after: string, most: number) => {
    asked.push(most);
    const page = rows.filter(([key]) => key > after).slice(0, most);
    return { last: page.at(-1)?.[0] ?? null, active: page.filter(([, active]) => active).map(([key]) => key) };
  };
  return { asked, read };
}

const named = (index: number) => `key${String(index).padStart(5, "0")}`;
const rows = Array.from({ length: 1_000 }, (_, index): [string, boolean] => [named(index), index % 3 > 0]);
const loaded = async () => {
  const keys = new ActiveKeys();
  await keys.load(pagesOf(rows).read);
  return keys;
};

test("every active key of every page may be active, and no other", async () => {
  const keys = await loaded();
  expect(rows.filter(([key, active]) => keys.mayBeActive(key) !== active)).toEqual([]);
  expect(keys.mayBeActive("made up")).toBe(false);
  expect(keys.size).toBe(666);
});

test("until the list is complete, every key may be", async () => {
  const keys = new ActiveKeys();
  expect(keys.mayBeActive("made up")).toBe(true);
  expect(keys.size).toBeNaN();
  await expect(keys.load(() => Promise.reject(new Error("cut")))).rejects.toThrow("cut");
  expect(keys.mayBeActive("made up")).toBe(true);
  const again = keys.load(pagesOf(rows).read);
  expect(keys.mayBeActive("made up")).toBe(true);
  await again;
  expect(keys.mayBeActive("made up")).toBe(false);
});

test("the first page is as small as a read of keys, and a page that took long is followed by a smaller one, but never one smaller than the first", async () => {
  const { asked, read } = pagesOf(rows);
  const now = vi.spyOn(performance, "now");
  let time = 0;
  now.mockImplementation(() => time);
  const slow = async (after: string, most: number) => {
    if (asked.length >= 2) time += 50;
    return read(after, most);
  };
  await new ActiveKeys().load(slow).finally(() => now.mockRestore());
  expect(asked).toEqual([100, 200, 400, 200, 100, 100]);
});

test("a key that a renewal names is removed at once, and added again when it is read as active", async () => {
  const keys = await loaded();
  const [deactivated, activated] = [named(1), "new"];
  const reading = keys.changed([deactivated, activated], async (key) => key === activated);
  expect(keys.mayBeActive(deactivated)).toBe(false);
  await reading;
  expect([keys.mayBeActive(deactivated), keys.mayBeActive(activated)]).toEqual([false, true]);
});

test("a key that cannot be read again stays removed, and does not block reading the others", async () => {
  const keys = await loaded();
  await keys.changed([named(1), named(2)], (key) =>
    key === named(1) ? Promise.reject(new Error("cut")) : Promise.resolve(true),
  );
  expect([keys.mayBeActive(named(1)), keys.mayBeActive(named(2))]).toEqual([false, true]);
});

test("a read for an earlier list or renewal changes nothing once another list is begun", async () => {
  const keys = await loaded();
  const answers: ((active: boolean) => void)[] = [];
  const changing = keys.changed([named(1)], () => new Promise((resolve) => answers.push(resolve)));
  const pages: (() => void)[] = [];
  const older = keys.load(() => new Promise((resolve) => pages.push(() => resolve({ last: null, active: ["older"] }))));
  await keys.load(pagesOf([[named(2), true]]).read);
  for (const answer of [...pages, () => answers[0]?.(true)]) answer();
  await Promise.all([changing, older]);
  expect(["older", named(1), named(2)].map((key) => keys.mayBeActive(key))).toEqual([false, false, true]);
});
