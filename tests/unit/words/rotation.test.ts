import { expect, test } from "vitest";
import { countRefusals } from "@/lib/api-keys/reads/refusal-groups";
import { missingWords, triedWords, triesWords } from "@/lib/words/rotation";

const words = (triedBy: number, users: { count: number; missing: string[] } | null) =>
  triedWords({ number: 2, triedBy, users }, 1);

test("without the addresses that use the old key, only those that tried the new pair are counted", () => {
  expect(words(0, null)).toBe("No address has tried key 2.");
  expect(words(1, null)).toBe("1 address has tried key 2.");
  expect(words(2, null)).toBe("2 addresses have tried key 2.");
});

test("with them it is said how many of them have tried it", () => {
  const of = "addresses that used key 1 in the last 7 days";
  expect(words(2, { count: 3, missing: ["a"] })).toBe(`2 of the 3 ${of} have tried key 2.`);
  expect(words(1, { count: 3, missing: ["a", "b"] })).toBe(`1 of the 3 ${of} has tried key 2.`);
  expect(words(3, { count: 3, missing: [] })).toBe(`All 3 ${of} have tried key 2.`);
  expect(words(0, { count: 2, missing: ["a", "b"] })).toBe(`None of the 2 ${of} has tried key 2.`);
  expect(words(1, { count: 1, missing: [] })).toBe("The address that used key 1 in the last 7 days has tried key 2.");
  expect(words(0, { count: 1, missing: ["a"] })).toBe(
    "The address that used key 1 in the last 7 days has not tried key 2.",
  );
});

test("those that have not are named, at most three", () => {
  expect(missingWords(["a"], 2)).toBe("a has not tried key 2 yet.");
  expect(missingWords(["a", "b"], 2)).toBe("a and b have not tried key 2 yet.");
  expect(missingWords(["a", "b", "c", "d", "e"], 2)).toBe("a, b, c and 2 more have not tried key 2 yet.");
});

test("tries of a pair that waits are told apart from refusals", () => {
  const rows = [
    { reason: "on_standby", count: 240 },
    { reason: "bad_header_signature", count: 2 },
    { reason: "on_standby", count: 3 },
  ];
  expect(countRefusals(rows)).toEqual({ refused: 2, tries: 243 });
  expect([triesWords(1), triesWords(1_243)]).toEqual([
    "1 try while it was on standby",
    "1,243 tries while it was on standby",
  ]);
});
