import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprint, newKey, newSecret, type Random } from "@/lib/api-keys/key-pair";
import { Secret } from "@/lib/platform/crypto/secret";

/** Returns the listed bytes first, then zeroes. */
const scripted = (bytes: number[]): Random => {
  const rest = [...bytes];
  return (size) => Uint8Array.from({ length: size }, () => rest.shift() ?? 0);
};

test("a key is 32 and a secret 64 characters of [A-Za-z0-9], whatever the randomness", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 200 }), (bytes) => {
      expect(newKey(scripted(bytes))).toMatch(/^[A-Za-z0-9]{32}$/);
      expect(newSecret(scripted(bytes)).expose()).toMatch(/^[A-Za-z0-9]{64}$/);
    }),
  );
});

test.each([248, 251, 255])("the byte %i, which would make some characters likelier, is refused", (byte) => {
  expect(newKey(scripted([byte, byte, 1]))).toBe(`B${"A".repeat(31)}`);
});

test("each of the 62 characters stands for exactly four bytes", () => {
  const counts = new Map<string, number>();
  for (let byte = 0; byte < 248; byte++) {
    const [character = ""] = newKey(scripted([byte]));
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  expect(counts.size).toBe(62);
  expect(new Set(counts.values())).toEqual(new Set([4]));
});

test("2,000 pairs contain no key twice and no secret twice", () => {
  const keys = new Set(Array.from({ length: 2_000 }, () => newKey(randomBytes)));
  const secrets = new Set(Array.from({ length: 2_000 }, () => newSecret(randomBytes).expose()));
  expect([keys.size, secrets.size]).toEqual([2_000, 2_000]);
});

test("a fingerprint is the first 16 hex digits of a labelled SHA-256, and differs between secrets", () => {
  const digest = createHash("sha256")
    .update(`countersign:fingerprint:v1:${"a".repeat(64)}`)
    .digest("hex");
  expect(fingerprint(new Secret("a".repeat(64)))).toBe(digest.slice(0, 16));
  expect(fingerprint(new Secret("b".repeat(64)))).not.toBe(digest.slice(0, 16));
});
