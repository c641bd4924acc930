import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sign, signingKey, verify } from "@/lib/platform/signing/signature";

const SECRET = "AbCdEfG123456";
const BODY = '{"currency":"BTC","foreign_id":"123456"}';
const PUBLISHED =
  "03c25fcf7cd35e7d995e402cd5d51edd72d48e1471e865907967809a0c189ba55b90815f20e2bb10f82c7a9e9d865546fda58989c2ae9e8e2ff7bc29195fa1ec";

const key = signingKey(Buffer.from(SECRET));
const body = Buffer.from(BODY);
const secrets = fc.string({ minLength: 1, unit: fc.constantFrom(..."abcXYZ019") });
const bytes = fc.uint8Array({ maxLength: 300 });

describe("a signature", () => {
  test("of the published vector is the published one", () => {
    expect(sign(key, body)).toBe(PUBLISHED);
    expect(verify(key, body, PUBLISHED)).toBe(true);
  });

  test("of RFC 4231's second vector is the RFC's", () => {
    const expected =
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";
    expect(sign(signingKey(Buffer.from("Jefe")), Buffer.from("what do ya want for nothing?"))).toBe(expected);
  });

  test("is what an HMAC keyed with the secret's characters gives, for any secret and body", () => {
    fc.assert(
      fc.property(secrets, bytes, (secret, message) => {
        const signature = sign(signingKey(Buffer.from(secret)), message);
        expect(signature).toBe(createHmac("sha512", secret).update(message).digest("hex"));
        expect(verify(signingKey(Buffer.from(secret)), message, signature)).toBe(true);
      }),
    );
  });

  test("is accepted in upper and lower case", () => {
    expect(verify(key, body, PUBLISHED.toUpperCase())).toBe(true);
    expect(verify(key, body, PUBLISHED.replace(/a/g, "A"))).toBe(true);
  });

  test("of an empty body is a signature like any other", () => {
    expect(verify(key, Buffer.alloc(0), sign(key, Buffer.alloc(0)))).toBe(true);
  });
});

describe("refused as a signature", () => {
  test.each([
    ["followed by letters that are no hex", `${PUBLISHED}zz`],
    ["followed by hex", `${PUBLISHED}00`],
    ["followed by a line break", `${PUBLISHED}\n`],
    ["followed by a NUL", `${PUBLISHED}\0`],
    ["after a blank", ` ${PUBLISHED}`],
    ["cut short", PUBLISHED.slice(0, -2)],
    ["cut to an odd length", PUBLISHED.slice(0, -1)],
    ["with a letter that is no hex at the end", `${PUBLISHED.slice(0, -1)}g`],
    ["with a letter that is no hex at the start", `g${PUBLISHED.slice(1)}`],
    ["with full-width digits", PUBLISHED.replaceAll("0", "０")],
    ["twice", PUBLISHED + PUBLISHED],
    ["twice, joined as a server joins headers", `${PUBLISHED}, ${PUBLISHED}`],
    ["in Base64", Buffer.from(PUBLISHED, "hex").toString("base64")],
    ["as Latin-1 bytes", Buffer.from(PUBLISHED, "hex").toString("latin1")],
    ["behind an algorithm", `sha512=${PUBLISHED}`],
    ["empty", ""],
    ["of SHA-256", createHmac("sha256", SECRET).update(BODY).digest("hex")],
  ])("the valid one %s", (_, signature) => {
    expect(verify(key, body, signature)).toBe(false);
  });

  test("any with one digit changed", () => {
    fc.assert(
      fc.property(fc.nat({ max: 127 }), fc.integer({ min: 1, max: 15 }), (place, by) => {
        const digit = ((Number.parseInt(PUBLISHED[place] as string, 16) + by) % 16).toString(16);
        expect(verify(key, body, PUBLISHED.slice(0, place) + digit + PUBLISHED.slice(place + 1))).toBe(false);
      }),
    );
  });

  test("any of another body", () => {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        fc.pre(Buffer.compare(one, other) !== 0);
        expect(verify(key, one, sign(key, other))).toBe(false);
      }),
    );
  });

  test("any of another secret", () => {
    fc.assert(
      fc.property(secrets, bytes, (secret, message) => {
        fc.pre(secret !== SECRET);
        expect(verify(key, message, sign(signingKey(Buffer.from(secret)), message))).toBe(false);
      }),
    );
  });

  test("any text at all that is not the signature", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF"), minLength: 126, maxLength: 130 }),
        ),
        (text) => {
          fc.pre(text.toLowerCase() !== PUBLISHED);
          expect(verify(key, body, text)).toBe(false);
        },
      ),
    );
  });

  test("without revealing anything about the secret", () => {
    expect(inspect(key, { depth: 9, showHidden: true }) + JSON.stringify(key) + String(key)).not.toContain(SECRET);
  });
});
