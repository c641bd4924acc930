import { describe, expect, test } from "vitest";
import { findRise } from "@/lib/api-keys/reads/refusal-rise";
import type { ActiveHealth } from "@/lib/merchants/health";
import { hintsOf } from "@/lib/merchants/hints";

const NOW = Date.UTC(2026, 10, 23, 14);
const HOUR = 3_600_000;
const bars = (refused: number[]) =>
  refused.map((count, index) => ({
    at: new Date(NOW - (refused.length - 1 - index) * HOUR).toISOString(),
    accepted: 100,
    refused: count,
  }));
const QUIET = Array.from({ length: 24 }, () => 1);

const health = (wishes: Partial<ActiveHealth> = {}, refused = QUIET): ActiveHealth => ({
  number: 1042,
  note: null,
  activatedAt: new Date(NOW - 11 * 24 * HOUR).toISOString(),
  series: { bars: bars(refused), accepted: 2_400, refused: 24, most: { accepted: 100, refused: 1 } },
  today: [],
  refusals: [],
  used: { at: new Date(NOW).toISOString(), source: "203.0.113.7" },
  allowedIps: ["203.0.113.7"],
  sources: [],
  ...wishes,
});
const kinds = (active: ActiveHealth | null, without: string[] = []) =>
  hintsOf(active, without, NOW).map(({ kind }) => kind);

describe("a rise of refusals is reported", () => {
  test("if an hour has three times as many as before, and at least ten: with the hour it began", () => {
    expect(findRise(bars([...QUIET.slice(2), 40, 90]))).toMatchObject({ refused: 90 });
    expect(findRise(bars([...QUIET.slice(3), 40, 30, 20]))).toMatchObject({ refused: 40 });
  });
  test("but not for a few, not for the usual number, not long after it ended", () => {
    expect(findRise(bars([...QUIET.slice(1), 9]))).toBeNull();
    expect(findRise(bars(QUIET.map(() => 500)))).toBeNull();
    expect(findRise(bars([40, ...QUIET.slice(1)]))).toBeNull();
    expect(findRise([])).toBeNull();
  });
});

test("there is no hint where all is well, nor where no key is active", () => {
  expect(kinds(health())).toEqual([]);
  expect(kinds(null)).toEqual([]);
});

test("each hint has its cause, the most urgent first", () => {
  const day = (days: number) => new Date(NOW - days * 24 * HOUR).toISOString();
  expect(kinds(health({}, [...QUIET.slice(1), 40]))).toEqual(["rise"]);
  expect(kinds(health({ used: null }))).toEqual(["unused"]);
  expect(kinds(health({ used: null, activatedAt: day(0.9) }))).toEqual([]);
  expect(kinds(health({ activatedAt: day(90) }))).toEqual([]);
  expect(kinds(health({ activatedAt: day(91) }))).toEqual(["old"]);
  expect(kinds(health({ allowedIps: [] }))).toEqual(["any-address"]);
  expect(kinds(null, ["a@x.example"])).toEqual(["passkeys"]);
  const all = health({ used: null, activatedAt: day(91), allowedIps: [] }, [...QUIET.slice(1), 40]);
  expect(kinds(all, ["a@x.example"])).toEqual(["rise", "unused", "old", "any-address", "passkeys"]);
});

const WHY =
  "A passkey is optional and safer: it does not work on a fake page. Each person adds their own under Account.";

test("members without a passkey are named, few of many, and why a passkey is worth it", () => {
  const text = (emails: string[]) => hintsOf(null, emails, NOW)[0];
  expect(text(["a@x.example"])).toMatchObject({
    title: "1 member has no passkey",
    text: `a@x.example confirms with codes only. ${WHY}`,
  });
  expect(text(["a@x.example", "b@x.example"])).toMatchObject({
    text: `a@x.example and b@x.example confirm with codes only. ${WHY}`,
  });
  expect(text(["a", "b", "c", "d"])).toMatchObject({
    title: "4 members have no passkey",
    text: `a, b and 2 others confirm with codes only. ${WHY}`,
  });
});
