import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { SeenFilter } from "@/lib/gateway/cache/seen-filter";

test("a text counts as seen from the second time on", () => {
  const before = new SeenFilter();
  const [one, other] = ["K".repeat(32), "k".repeat(32)];
  expect([one, one, one, other, other].map((text) => before.again(text))).toEqual([false, true, true, false, true]);
});

test("of a stream of new texts hardly any counts as seen", () => {
  const before = new SeenFilter();
  let taken = 0;
  for (let index = 0; index < 200_000; index++) if (before.again(randomBytes(16).toString("hex"))) taken++;
  expect(taken).toBeLessThan(20);
});

test("after a short stream most are still known", () => {
  const before = new SeenFilter();
  const texts = Array.from({ length: 10_000 }, () => randomBytes(16).toString("hex"));
  for (const text of texts) before.again(text);
  expect(texts.filter((text) => before.again(text)).length).toBeGreaterThan(8_000);
});
