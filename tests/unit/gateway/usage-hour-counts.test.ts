import { expect, test } from "vitest";
import { COLUMNS, columnIndexOf } from "@/lib/gateway/usage/columns";
import { HourCounts } from "@/lib/gateway/usage/hour-counts";

const NOON = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
const ACCEPTED = columnIndexOf("accepted");
let runs = 0;
const newRun = () => `run ${++runs}`;
const seen = (hours: HourCounts, now = NOON) =>
  hours.take(100, now).map(({ key, at, counts, lastAt, lastSource }) => ({
    key,
    at: (at - NOON) / HOUR,
    accepted: counts[0],
    lastAt,
    lastSource,
  }));

test("an hour is returned with everything counted in it, and again only when there is more", () => {
  const hours = new HourCounts(newRun);
  for (let n = 0; n < 3; n++) hours.count(7, ACCEPTED, `192.0.2.${n}`, NOON + n);
  expect(seen(hours)).toEqual([{ key: 7, at: 0, accepted: 3, lastAt: NOON + 2, lastSource: "192.0.2.2" }]);
  expect(seen(hours)).toEqual([]);
  hours.count(7, ACCEPTED, "192.0.2.9", NOON + HOUR - 1);
  expect(seen(hours)).toMatchObject([{ accepted: 4, lastSource: "192.0.2.9" }]);
  hours.count(7, ACCEPTED, "192.0.2.9", NOON + HOUR);
  expect(seen(hours)).toMatchObject([{ at: 1, accepted: 1 }]);
});

test("what could not be written is returned again, with what came meanwhile", () => {
  const hours = new HourCounts(newRun);
  hours.count(7, ACCEPTED, "", NOON);
  const taken = hours.take(100, NOON);
  hours.count(7, ACCEPTED, "", NOON + HOUR);
  hours.putBack(taken);
  hours.putBack(taken);
  expect(seen(hours)).toMatchObject([
    { at: 1, accepted: 1 },
    { at: 0, accepted: 1 },
  ]);
});

test("a clock set back does not reopen an hour that may have been written: its rows belong to another run", () => {
  const hours = new HourCounts(newRun);
  const runOf = (now: number) => {
    hours.count(7, ACCEPTED, "", now);
    return hours.take(1, now)[0]?.run;
  };
  const [first, second, back] = [runOf(NOON), runOf(NOON + HOUR), runOf(NOON)];
  expect(second).toBe(first);
  expect(back).not.toBe(first);
});

test("a refusal does not count as a use", () => {
  const hours = new HourCounts(newRun);
  hours.count(7, columnIndexOf("ip_not_allowed"), "192.0.2.1", NOON);
  expect(seen(hours)).toMatchObject([{ accepted: 0, lastAt: 0, lastSource: "" }]);
});

test("while the database is unreachable memory stays within the limit: the rest is counted as lost", () => {
  const hours = new HourCounts(newRun, 10);
  for (let key = 1; key <= 15; key++) hours.count(key, ACCEPTED, "", NOON);
  hours.count(1, ACCEPTED, "", NOON);
  expect([hours.waiting, hours.lost]).toEqual([10, 5]);
  expect(seen(hours)[0]).toMatchObject({ key: 1, accepted: 2 });
});

test("more keys than the limit in one hour are all counted, while only as many are kept: each one used again has another row", () => {
  const hours = new HourCounts(newRun, 10);
  const rows = new Map<string, number>();
  const written = () => {
    for (const { run, key, counts } of hours.take(100, NOON)) rows.set(`${run} ${key}`, counts[ACCEPTED] as number);
  };
  for (let round = 0; round < 3; round++)
    for (let key = 1; key <= 15; key++) {
      hours.count(key, ACCEPTED, "", NOON);
      written();
    }
  hours.count(15, ACCEPTED, "", NOON);
  written();
  expect([...rows.values()].reduce((sum, count) => sum + count)).toBe(46);
  expect([hours.lost, rows.size]).toEqual([0, 45]);
});

test("what could not be written for a day is dropped: the worker may have rolled it up", () => {
  const hours = new HourCounts(newRun);
  hours.count(7, ACCEPTED, "", NOON);
  expect(hours.take(100, NOON + 24 * HOUR)).toEqual([]);
  expect(hours.lost).toBe(1);
});

test("every outcome has its column, a request that was passed on counts as accepted, and any other outcome as other", () => {
  expect(COLUMNS.map((column) => columnIndexOf(column))).toEqual(COLUMNS.map((_, place) => place));
  for (const outcome of ["bad_gateway", "gateway_timeout"]) expect(columnIndexOf(outcome)).toBe(ACCEPTED);
  expect(COLUMNS[columnIndexOf("secret_not_opened")]).toBe("unavailable");
  for (const outcome of ["not_found", "method_not_allowed", "headers_too_large", "constructor"])
    expect(COLUMNS[columnIndexOf(outcome)]).toBe("other");
});
