import fc from "fast-check";
import { generateSync } from "otplib";
import { describe, expect, test } from "vitest";
import { checkCode, isCode, newSeed, secondsUntilAfter, seedUri } from "@/lib/identity/second-factor/totp";

/** The seed of RFC 6238 appendix B, "12345678901234567890", in base32. */
const RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const seed = newSeed();
const STEP = 60_000_000;
const START = STEP * 30;
const codeAt = (at: number) => generateSync({ secret: seed, epoch: at });
/** Every step of the last and the next two minutes, in seconds. */
const AROUND = [-120, -90, -60, -30, 0, 30, 60, 90, 120];
const judge = (code: string, at: number, lastStep = 0) => checkCode(code, { seed, at, lastStep });

describe("the window of a code", () => {
  test.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ])("agrees with RFC 6238 appendix B at %i", (at, code) => {
    expect(checkCode(code, { seed: RFC_SEED, at, lastStep: 0 })).toEqual({ kind: "right", step: Math.floor(at / 30) });
  });

  test("a code is valid in its own step and the next", () => {
    for (const later of [0, 15, 29, 30, 45, 59])
      expect(judge(codeAt(START), START + later)).toEqual({ kind: "right", step: STEP });
  });

  test("a code of two steps ago is refused", () => {
    for (const later of [60, 61, 89, 90, 3_600])
      expect(["wrong", "clock_off"]).toContain(judge(codeAt(START), START + later).kind);
  });

  test("a device up to 5 s ahead is accepted, one 6 s ahead is refused", () => {
    expect(judge(codeAt(START), START - 5)).toEqual({ kind: "right", step: STEP });
    expect(judge(codeAt(START), START - 6).kind).toBe("clock_off");
    expect(judge(codeAt(START), START - 30).kind).toBe("clock_off");
  });

  test("no code of another seed is accepted, at any time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_000_000_000 }), (at) => {
        const other = generateSync({ secret: RFC_SEED, epoch: at });
        const near = AROUND.map((shift) => codeAt(Math.max(0, at + shift)));
        fc.pre(!near.includes(other));
        expect(judge(other, at).kind).toBe("wrong");
      }),
      { numRuns: 200 },
    );
  });
});

describe("a device whose clock is wrong", () => {
  test.each([-120, -90, -60, 60, 90, 120, 149])("shows a code that is refused with a hint, %i s away", (away) => {
    expect(judge(codeAt(START), START + away)).toEqual({ kind: "clock_off", step: STEP });
  });

  test.each([-121, -150, -3_600, 150, 151, 3_600])(
    "gets no hint for a code that is refused %i s away: it is wrong like any other",
    (away) => {
      expect(judge(codeAt(START), START + away)).toEqual({ kind: "wrong" });
    },
  );

  test("gets no hint for a code that may have been used: it is wrong like any other", () => {
    for (const last of [STEP, STEP + 1]) expect(judge(codeAt(START), START + 90, last)).toEqual({ kind: "wrong" });
    expect(judge(codeAt(START), START + 90, STEP - 1)).toEqual({ kind: "clock_off", step: STEP });
  });
});

describe("a step that was accepted", () => {
  test("is refused from then on, and so is every step before it", () => {
    expect(judge(codeAt(START), START, STEP).kind).toBe("used");
    expect(judge(codeAt(START - 30), START, STEP).kind).toBe("used");
    expect(judge(codeAt(START), START, STEP + 1).kind).toBe("used");
  });

  test("leaves the next one valid", () => {
    expect(judge(codeAt(START + 30), START + 30, STEP)).toEqual({ kind: "right", step: STEP + 1 });
  });

  test("says in how many seconds the next code comes, and never 0", () => {
    expect(judge(codeAt(START), START + 18, STEP)).toEqual({ kind: "used", seconds: 12 });
    expect(judge(codeAt(START), START - 3, STEP)).toEqual({ kind: "used", seconds: 33 });
    expect(judge(codeAt(START), START + 45, STEP)).toEqual({ kind: "used", seconds: 1 });
    expect(secondsUntilAfter(STEP, START + 29.5)).toBe(1);
  });

  test("a wrong code stays wrong, whichever was used", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (n) => {
        const code = String(n).padStart(6, "0");
        fc.pre(!AROUND.some((shift) => codeAt(START + shift) === code));
        expect(judge(code, START, STEP).kind).toBe("wrong");
      }),
      { numRuns: 200 },
    );
  });
});

describe("a text that is not six digits", () => {
  test.each([
    "",
    "12345",
    "1234567",
    "12345a",
    " 12345",
    "123 456",
    "１２３４５６",
    "-12345",
    "1e5000",
    "12345\n",
    null,
    undefined,
    123456,
    ["123456"],
  ])("%j is refused before the library sees it", (text) => {
    expect(isCode(text)).toBe(false);
    expect(checkCode(text as string, { seed, at: START, lastStep: 0 })).toEqual({ kind: "wrong" });
  });
});

test("a seed has 160 random bits, and an app can read it", () => {
  expect(newSeed()).toMatch(/^[A-Z2-7]{32}$/);
  expect(newSeed()).not.toBe(newSeed());
  expect(seedUri("mara@acme.example", seed)).toMatch(
    new RegExp(`^otpauth://totp/Countersign:mara%40acme.example\\?.*secret=${seed}`),
  );
});
