import { expect, test } from "vitest";
import { COLUMNS, columnIndexOf } from "@/lib/gateway/usage/columns";
import { MinuteCounts } from "@/lib/gateway/usage/minute-counts";

const NOON = Date.UTC(2026, 10, 23, 12);
const ACCEPTED = columnIndexOf("accepted");
let runs = 0;
const newRun = () => `run ${++runs}`;
const seen = (minutes: MinuteCounts, now = NOON) =>
  minutes.take(100, now).map(({ key, at, counts, lastAt, lastSource }) => ({
    key,
    at: (at - NOON) / 60_000,
    accepted: counts[0],
    lastAt,
    lastSource,
  }));

test("a minute is returned with everything counted in it, and again only when there is more", () => {
  const minutes = new MinuteCounts(newRun);
  for (let n = 0; n < 3; n++) minutes.count(7, ACCEPTED, `192.0.2.${n}`, NOON + n);
  expect(seen(minutes)).toEqual([{ key: 7, at: 0, accepted: 3, lastAt: NOON + 2, lastSource: "192.0.2.2" }]);
  expect(seen(minutes)).toEqual([]);
  minutes.count(7, ACCEPTED, "192.0.2.9", NOON + 59_999);
  expect(seen(minutes)).toMatchObject([{ accepted: 4, lastSource: "192.0.2.9" }]);
  minutes.count(7, ACCEPTED, "192.0.2.9", NOON + 60_000);
  expect(seen(minutes)).toMatchObject([{ at: 1, accepted: 1 }]);
});

test("what could not be written is returned again, with what came meanwhile", () => {
  const minutes = new MinuteCounts(newRun);
  minutes.count(7, ACCEPTED, "", NOON);
  const taken = minutes.take(100, NOON);
  minutes.count(7, ACCEPTED, "", NOON + 60_000);
  minutes.putBack(taken);
  minutes.putBack(taken);
  expect(seen(minutes)).toMatchObject([
    { at: 1, accepted: 1 },
    { at: 0, accepted: 1 },
  ]);
});

test("a clock set back does not reopen a minute that may have been written: its rows belong to another run", () => {
  const minutes = new MinuteCounts(newRun);
  const runOf = (now: number) => {
    minutes.count(7, ACCEPTED, "", now);
    return minutes.take(1, now)[0]?.run;
  };
  const [first, second, back] = [runOf(NOON), runOf(NOON + 60_000), runOf(NOON)];
  expect(second).toBe(first);
  expect(back).not.toBe(first);
});

test("a refusal does not count as a use", () => {
  const minutes = new MinuteCounts(newRun);
  minutes.count(7, columnIndexOf("ip_not_allowed"), "192.0.2.1", NOON);
  expect(seen(minutes)).toMatchObject([{ accepted: 0, lastAt: 0, lastSource: "" }]);
});

test("while the database is unreachable memory stays within the limit: the rest is counted as lost", () => {
  const minutes = new MinuteCounts(newRun, 10);
  for (let key = 1; key <= 15; key++) minutes.count(key, ACCEPTED, "", NOON);
  minutes.count(1, ACCEPTED, "", NOON);
  expect([minutes.waiting, minutes.lost]).toEqual([10, 5]);
  expect(seen(minutes)[0]).toMatchObject({ key: 1, accepted: 2 });
});

test("what could not be written for a day is dropped: the worker may have rolled it up", () => {
  const minutes = new MinuteCounts(newRun);
  minutes.count(7, ACCEPTED, "", NOON);
  expect(minutes.take(100, NOON + 24 * 3_600_000)).toEqual([]);
  expect(minutes.lost).toBe(1);
});

test("every outcome has its column, a reply after authentication counts as accepted, and an unknown outcome as other", () => {
  expect(COLUMNS.map((column) => columnIndexOf(column))).toEqual(COLUMNS.map((_, place) => place));
  for (const outcome of ["not_found", "method_not_allowed", "bad_gateway", "gateway_timeout"])
    expect(columnIndexOf(outcome)).toBe(ACCEPTED);
  expect(COLUMNS[columnIndexOf("secret_not_opened")]).toBe("unavailable");
  for (const outcome of ["headers_too_large", "constructor"]) expect(COLUMNS[columnIndexOf(outcome)]).toBe("other");
});
