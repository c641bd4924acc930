import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { parseOpeningKeys, parseSealingKey, parseTotpKeys } from "@/lib/crypto/key-ring";

const rsa = generateKeyPairSync("rsa", { modulusLength: 3072 });
const small = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const spki = (key: KeyObject) => key.export({ format: "der", type: "spki" }).toString("base64");
const pkcs8 = (key: KeyObject) => key.export({ format: "der", type: "pkcs8" }).toString("base64");
const pkcs1 = (key: KeyObject) => key.export({ format: "der", type: "pkcs1" }).toString("base64");
const aes = (size = 32) => randomBytes(size).toString("base64");

test("the sealing key is read with its version", () => {
  const { version, key } = parseSealingKey(`12:${spki(rsa.publicKey)}`);
  expect([version, key.type, key.equals(rsa.publicKey)]).toEqual([12, "public", true]);
});

test("of several private keys the last is current, and every one is found by its version", () => {
  const other = generateKeyPairSync("rsa", { modulusLength: 3072 });
  const ring = parseOpeningKeys(`2:${pkcs8(rsa.privateKey)}, 1:${pkcs8(other.privateKey)}`);
  expect(ring.current.version).toBe(1);
  expect(ring.find(2)?.equals(rsa.privateKey)).toBe(true);
  expect(ring.find(3)).toBeUndefined();
});

test("of several TOTP keys the last is current", () => {
  const ring = parseTotpKeys(`1:${aes()},2:${aes()}`);
  expect([ring.current.version, ring.find(1)?.symmetricKeySize]).toEqual([2, 32]);
});

test.each([
  ["a private key (PKCS #8)", `1:${pkcs8(rsa.privateKey)}`],
  ["a private key (PKCS #1)", `1:${pkcs1(rsa.privateKey)}`],
  ["a modulus of 2048 bits", `1:${spki(small.publicKey)}`],
  ["a key of another kind", `1:${spki(ec.publicKey)}`],
  ["two keys", `1:${spki(rsa.publicKey)},2:${spki(rsa.publicKey)}`],
  ["version zero", `0:${spki(rsa.publicKey)}`],
  ["no version", spki(rsa.publicKey)],
  ["half a key", `1:${spki(rsa.publicKey).slice(0, 200)}`],
  ["a PEM", `1:${rsa.publicKey.export({ format: "pem", type: "spki" })}`],
  ["nothing", ""],
])("SEALING_PUBLIC_KEY is refused when it holds %s", (_what, text) => {
  expect(() => parseSealingKey(text)).toThrow("SEALING_PUBLIC_KEY");
});

test.each([
  ["a public key", `1:${spki(rsa.publicKey)}`],
  ["a modulus of 2048 bits", `1:${pkcs8(small.privateKey)}`],
  ["one version twice", `1:${pkcs8(rsa.privateKey)},1:${pkcs8(rsa.privateKey)}`],
  ["an empty entry", `1:${pkcs8(rsa.privateKey)},`],
])("the private sealing keys are refused when they hold %s", (_what, text) => {
  expect(() => parseOpeningKeys(text)).toThrow("The private sealing keys");
});

test.each([16, 31, 33, 64])("a TOTP key of %i bytes is refused", (size) => {
  expect(() => parseTotpKeys(`1:${aes(size)}`)).toThrow("TOTP_KEYS, entry 1");
});

test("a refusal names the entry and never repeats a byte of it", () => {
  const damaged = `${pkcs8(rsa.privateKey).slice(0, 400)}AAAA`;
  const message = messageOf(() => parseOpeningKeys(`1:${pkcs8(rsa.privateKey)},2:${damaged}`));
  expect(message).toBe("The private sealing keys, entry 2: version 2 is not a key of the expected kind and size.");
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return `${(error as Error).message}${(error as Error).cause ?? ""}`;
  }
  return "nothing was refused";
}
