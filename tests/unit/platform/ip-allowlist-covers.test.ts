import { expect, test } from "vitest";
import { isSource, ruleFor, ruleForPart } from "@/lib/platform/ip-allowlist/covers";

const LIST = ["198.51.99.0/28", "2600:1f18:40::/48", "2600:1f18:99::5"];

test.each([
  ["198.51.99.7", "198.51.99.0/28"],
  ["2600:1f18:40:7::/64", "2600:1f18:40::/48"],
  ["198.51.99.77", null],
  ["2600:1f18:99::/64", null],
  ["other", null],
  ["unreadable", null],
])("a source %s is allowed in whole by %s", (source, rule) => {
  expect(ruleFor(source, LIST)).toBe(rule);
});

test("of a network that is one source a single address can be allowed", () => {
  expect(ruleForPart("2600:1f18:99::/64", LIST)).toBe("2600:1f18:99::5");
  expect(ruleForPart("2600:1f18:98::/64", LIST)).toBeNull();
});

test("an empty list allows any source, but nothing that is not a source", () => {
  expect(["198.51.99.7", "2600:1f18:40:7::/64", "other"].map((source) => ruleFor(source, []))).toEqual([
    "any",
    "any",
    null,
  ]);
  expect(["198.51.99.7", "2600:1f18:40:7::/64", "other", ""].map(isSource)).toEqual([true, true, false, false]);
});
