import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { readRecoveryCode, recoveryCode, recoveryCodeHash } from "@/lib/identity/second-factor/recovery-code";

test("a code is 16 characters that carry all of its 80 bits", () => {
  expect(recoveryCode(new Uint8Array(10))).toBe("0".repeat(16));
  expect(recoveryCode(new Uint8Array(10).fill(255))).toBe("z".repeat(16));
  const one = new Uint8Array(10);
  one[9] = 1;
  expect(recoveryCode(one)).toBe(`${"0".repeat(15)}1`);
  expect(new Set(Array.from({ length: 500 }, () => recoveryCode(randomBytes(10)))).size).toBe(500);
});

test.each([9, 11])("%i random bytes are refused", (length) => {
  expect(() => recoveryCode(new Uint8Array(length))).toThrow();
});

test("a code is accepted however it was written down", () => {
  const code = recoveryCode(randomBytes(10));
  const groups = (code.match(/.{4}/g) ?? []).join(" ");
  for (const written of [code, groups, groups.toUpperCase(), ` ${groups.replaceAll(" ", "-")}\n`])
    expect(readRecoveryCode(written)).toBe(code);
  expect(readRecoveryCode("OIL0 OIL0 OIL0 OIL0")).toBe("0110".repeat(4));
});

test.each(["", "0000", "u".repeat(16), "0".repeat(17), `${"0".repeat(15)}é`, " ".repeat(101), "123456"])(
  "%j is refused as not a code",
  (text) => {
    expect(readRecoveryCode(text)).toBeNull();
  },
);

test("a code of one user does not match another's: their hashes differ", () => {
  const code = recoveryCode(randomBytes(10));
  const [a, b] = ["a", "b"].map((user) => Buffer.from(recoveryCodeHash(user, code)).toString("hex"));
  expect(a).toHaveLength(64);
  expect(a).not.toBe(b);
});
