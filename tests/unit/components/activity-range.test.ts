import { expect, test } from "vitest";
import { rangeOf } from "@/components/activity/range";

test("the range of a page of events begins with the earliest, which comes last", () =>
  expect(rangeOf([{ at: "2026-11-30T10:57:00.000Z" }, { at: "2026-11-30T10:52:00.000Z" }])).toMatch(/10:52 .*10:57/));
