import { expect, test } from "vitest";
import { freePlace } from "@/components/ui/free-place";

const window = { height: 40, margin: 16, windowHeight: 640 };
const atBottom = { ...window, from: "bottom" } as const;
const atTop = { ...window, from: "top" } as const;

test("with nothing in the way, it is at its edge", () => {
  expect(freePlace([], atBottom)).toBe(640 - 16 - 40);
  expect(freePlace([], atTop)).toBe(16);
});

test("it is beyond what it would cover, with a gap", () => {
  expect(freePlace([{ top: 600, bottom: 644 }], atBottom)).toBe(600 - 8 - 40);
  expect(freePlace([{ top: 20, bottom: 60 }], atTop)).toBe(60 + 8);
});

test("a space that is too small for it is passed over", () => {
  const taken = [
    { top: 600, bottom: 644 },
    { top: 500, bottom: 570 },
  ];
  expect(freePlace(taken, atBottom)).toBe(500 - 8 - 40);
});

test("where everything is taken, it is at its edge", () => {
  expect(freePlace([{ top: 0, bottom: 640 }], atBottom)).toBe(584);
  expect(freePlace([{ top: 0, bottom: 640 }], atTop)).toBe(16);
});
