import { expect, test } from "vitest";
import { median, quantile, ratio, rowOf, type Sample, table } from "../../bench/figures";

const sample = (rps: number, rest: Partial<Sample> = {}): Sample => ({
  rps,
  p50Ms: 1,
  p99Ms: 2,
  cpuUs: 40,
  rssMb: 60,
  ...rest,
});

test.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[10, 2, 4, 100], 7],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});

test.each([
  [[7], 0.99, 7],
  [[4, 1, 3, 2], 0.5, 2],
  [Array.from({ length: 100 }, (_, index) => 100 - index), 0.99, 99],
])("of %j a share of %d is not above %d", (values, share, expected) => {
  expect(quantile(values, share)).toBe(expected);
});

test("there is no quantile of an empty list", () => {
  expect(() => quantile([], 0.5)).toThrow("no figures");
});

test("there is no median of an empty list", () => {
  expect(() => median([])).toThrow("no figures");
});

test("a row contains the median of each figure separately, so that one bad round affects none", () => {
  const samples = [sample(100, { p99Ms: 3 }), sample(120, { p99Ms: 900 }), sample(5, { p99Ms: 4.126, cpuUs: 41.26 })];
  expect(rowOf("a", samples)).toEqual({ name: "a", rps: 100, p50Ms: 1, p99Ms: 4.13, cpuUs: 40, rssMb: 60 });
});

test("a ratio compares windows of the same round: a machine that was slow for both changes nothing", () => {
  const ours = [sample(80), sample(8), sample(800)];
  const theirs = [sample(100), sample(10), sample(1_000)];
  expect(ratio("rps", ours, theirs)).toBe(0.8);
  expect(ratio("cpuUs", ours, theirs)).toBe(1);
});

test("there is no ratio to a row that was not measured, or not as often", () => {
  expect(ratio("rps", [sample(1)], [])).toBeNull();
  expect(ratio("rps", [], [sample(1)])).toBeNull();
  expect(ratio("rps", [sample(1)], [sample(1), sample(2)])).toBeNull();
  expect(ratio("rps", undefined, [sample(1)])).toBeNull();
});

test("the table is Markdown with one line per row, its columns as wide as their content", () => {
  const lines = table([rowOf("a server", [sample(12_345.6, { rssMb: 61.4 })])]).split("\n");
  expect(lines).toEqual([
    "| server   |  req/s | p50 ms | p99 ms | CPU µs/req | RSS MB |",
    "|----------|-------:|-------:|-------:|-----------:|-------:|",
    "| a server | 12,346 |   1.00 |   2.00 |       40.0 |     61 |",
  ]);
});
