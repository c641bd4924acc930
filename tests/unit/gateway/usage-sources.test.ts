import { expect, test, vi } from "vitest";
import { FirstRequests } from "@/lib/gateway/usage/first-requests";
import { MAX_SOURCES, Sources } from "@/lib/gateway/usage/sources";

const NOON = Date.UTC(2026, 10, 23, 12);
const DAY = 24 * 3_600_000;
let runs = 0;
const newRun = () => `run ${++runs}`;
const seen = (sources: Sources) =>
  sources.take(1_000).map(({ key, day, source, count }) => ({ key, day: (day - NOON) / DAY, source, count }));

test("requests are counted by key, day and source; of IPv6 a network of 64 bits is one", () => {
  const sources = new Sources(newRun);
  for (const address of ["192.0.2.1", "192.0.2.1", "2001:db8:40:1::7", "2001:db8:40:1:ffff::9"])
    sources.count(7, address, NOON);
  sources.count(8, "192.0.2.1", NOON);
  sources.count(7, "192.0.2.1", NOON + DAY);
  expect(seen(sources)).toEqual([
    { key: 7, day: -0.5, source: "192.0.2.1", count: 2 },
    { key: 7, day: -0.5, source: "2001:db8:40:1::/64", count: 2 },
    { key: 8, day: -0.5, source: "192.0.2.1", count: 1 },
    { key: 7, day: 0.5, source: "192.0.2.1", count: 1 },
  ]);
});

test("a row is returned again only when there is more in it, and what could not be written stays", () => {
  const sources = new Sources(newRun);
  sources.count(7, "192.0.2.1", NOON);
  const taken = sources.take(10);
  expect(seen(sources)).toEqual([]);
  sources.putBack(taken);
  sources.count(7, "192.0.2.1", NOON + 1);
  expect(seen(sources)).toMatchObject([{ count: 2 }]);
});

test("of a key with many addresses a hundred are counted separately, the rest as other; another key is not affected", () => {
  const sources = new Sources(newRun);
  for (let n = 0; n < 3 * MAX_SOURCES; n++) sources.count(7, `10.0.${n >> 8}.${n & 255}`, NOON);
  sources.count(8, "192.0.2.1", NOON);
  const rows = seen(sources);
  expect(rows).toHaveLength(MAX_SOURCES + 2);
  expect(rows.find(({ source }) => source === "other")).toMatchObject({ key: 7, count: 2 * MAX_SOURCES });
  expect(rows.find(({ key }) => key === 8)).toMatchObject({ source: "192.0.2.1", count: 1 });
});

test("many keys use no more memory than the limit", () => {
  const sources = new Sources(newRun, 10);
  for (let key = 1; key <= 50; key++) sources.count(key, "192.0.2.1", NOON);
  expect(sources.waiting).toBe(10);
});

test("a clock set back does not reopen a day that may have been written: its rows belong to another run", () => {
  const sources = new Sources(newRun);
  const runOf = (now: number) => {
    sources.count(7, "192.0.2.1", now);
    return sources.take(1)[0]?.run;
  };
  const [first, second, back] = [runOf(NOON), runOf(NOON + DAY), runOf(NOON)];
  expect(second).toBe(first);
  expect(back).not.toBe(first);
});

test("the first accepted and the first refused request of a key are reported at once, and again a minute later", () => {
  const tell = vi.fn();
  const first = new FirstRequests(tell);
  expect([
    first.see(7, true, NOON),
    first.see(7, true, NOON + 1),
    first.see(7, false, NOON + 2),
    first.see(8, true, NOON + 3),
  ]).toEqual([true, false, true, true]);
  expect(first.see(7, true, NOON + 59_999)).toBe(false);
  expect(first.see(7, true, NOON + 60_000)).toBe(true);
  expect(tell).toHaveBeenCalledTimes(4);
});
