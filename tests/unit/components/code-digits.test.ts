import { expect, test } from "vitest";
import { codeDigits } from "@/components/ui/code-digits";

test.each([
  ["862617", "862617"],
  ["862 617", "862617"],
  [" 862-617\n", "862617"],
  ["８６２６１７", "862617"],
  ["8626179", "862617"],
  ["code: 862617", "862617"],
  ["", ""],
])("of %j the digits of a code are %j", (text, digits) => {
  expect(codeDigits(text)).toBe(digits);
});
