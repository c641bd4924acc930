import { expect, test } from "vitest";
import { storedPropagation } from "@/lib/api-keys/propagation/stored-propagation";
import { wordsOf } from "@/lib/words/audit/words";
import { lateWords, type Propagation, progressWords, propagationWords } from "@/lib/words/propagation";

const of = (endedBy: Propagation["endedBy"], ...gateways: [string, number | null][]): Propagation => ({
  endedBy,
  gateways: gateways.map(([name, ms]) => ({ name, ms })),
});

test.each<[Propagation, string]>([
  [of("gateways", ["vm:3001", 43]), "Confirmed by gateway vm:3001 after 43 ms"],
  [of("gateways", ["b", 35], ["a", 31]), "Confirmed by gateways a after 31 ms, b after 35 ms"],
  [
    of("gateways", ["a", 1], ["b", 2], ["c", 3], ["d", 4], ["e", 5], ["f", 6]),
    "Confirmed by gateways a after 1 ms, b after 2 ms, c after 3 ms, 3 others",
  ],
  [
    of("time", ["a", 31], ["c", null], ["b", 35]),
    "2 of 3 gateways confirmed: a after 31 ms, b after 35 ms. c did not, and can accept no key until it does",
  ],
  [of("time", ["a", null]), "0 of 1 gateway confirmed. a did not, and can accept no key until it does"],
  [
    of("time", ["a", 31]),
    "1 of 1 gateway confirmed: a after 31 ms. We waited 1.2 seconds: a gateway that has not heard of a change by then accepts no key",
  ],
  [of("time"), "We waited 1.2 seconds: a gateway that has not heard of a change by then accepts no key"],
])("%j is described as: %s", (propagation, words) => {
  expect(propagationWords(propagation)).toBe(words);
});

test("the progress of a deactivation is shown as a count", () => {
  expect(progressWords({ gateways: 3, refusing: 2 })).toBe("2 of 3 gateways refuse it");
  expect(progressWords({ gateways: 1, refusing: 0 })).toBe("0 of 1 gateway refuses it");
});

test("a wait that takes too long says what it waits for", () => {
  expect(lateWords({ gateways: 3, refusing: 2 })).toEqual({
    lead: "One gateway has not confirmed.",
    rest: "The key may still work.",
  });
  expect(lateWords({ gateways: 3, refusing: 1 }).lead).toBe("2 gateways have not confirmed.");
  expect(lateWords({ gateways: 2, refusing: 2 }).lead).toBe("All gateways refuse the key.");
  expect(lateWords(null).lead).toBe("We have no answer yet.");
});

test("the key's line of activity shows it, and nothing where an earlier version stored none", () => {
  const told = (data: Record<string, unknown>) =>
    wordsOf("api_key.refused_everywhere", { key: "key 1042", person: "", data });
  const words = told({ number: 1042, status: "inactive", ...of("gateways", ["a", 31]) });
  expect(words).toEqual({
    what: "Key 1042 refused by all gateways",
    detail: ["Confirmed by gateway a after 31 ms"],
    icon: "inactive",
  });
  expect(told({ number: 1042, status: "retired" })).toEqual({
    what: "Key 1042 refused by all gateways",
    icon: "retired",
  });
});

test.each([
  null,
  undefined,
  {},
  { endedBy: "luck", gateways: [] },
  { endedBy: "time" },
  { endedBy: "time", gateways: [{ name: 7, ms: 1 }] },
])("%j is not a valid record of a wait", (data) => {
  expect(storedPropagation(data)).toBeNull();
});
