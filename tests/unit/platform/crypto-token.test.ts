import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveKey, readToken, signToken } from "@/lib/platform/crypto/token";

const key = deriveKey("a secret of the installation, long enough", "session");
const NOW = 1_800_000_000;
const good = signToken("5a0c", key, { now: NOW, lifetime: 60 });
const segments = () => good.split(".") as [string, string, string];
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a signed token", () => {
  test("returns its subject until it expires", () => {
    expect(readToken(good, key, NOW)).toBe("5a0c");
    expect(readToken(good, key, NOW + 59)).toBe("5a0c");
  });

  test("is refused from the second it expires", () => {
    expect(readToken(good, key, NOW + 60)).toBeNull();
  });

  test("is refused with another installation's key", () => {
    expect(readToken(good, deriveKey("another secret of another installation", "session"), NOW)).toBeNull();
  });

  test("is refused for another purpose, of the same installation", () => {
    expect(readToken(good, deriveKey("a secret of the installation, long enough", "device"), NOW)).toBeNull();
  });

  test("is refused when it names the algorithm none", () => {
    const [, claims] = segments();
    expect(readToken(`${encode({ alg: "none", typ: "JWT" })}.${claims}.`, key, NOW)).toBeNull();
    expect(readToken(`${encode({ alg: "none", typ: "JWT" })}.${claims}.${segments()[2]}`, key, NOW)).toBeNull();
  });

  test("is refused with a later date inserted", () => {
    const [header, , signature] = segments();
    expect(
      readToken(`${header}.${encode({ sub: "5a0c", iat: NOW, exp: NOW + 9e6 })}.${signature}`, key, NOW),
    ).toBeNull();
  });

  test("is refused with any one character changed", () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom("A", "z", "0", "-", "."), (at, character) => {
        fc.pre(good[at] !== character);
        const changed = good.slice(0, at) + character + good.slice(at + 1);
        // The last character of an unpadded base64url signature has two spare bits, but the
        // signature is
        // compared as text.
        expect(readToken(changed, key, NOW)).toBeNull();
      }),
    );
  });

  test.each([null, undefined, "", ".", "..", "a.b.c", `${good}.`, `${good}.x`, ` ${good}`])(
    "is refused when it reads %j",
    (token) => {
      expect(readToken(token, key, NOW)).toBeNull();
    },
  );
});
