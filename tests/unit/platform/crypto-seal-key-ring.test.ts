import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { parseOpeningKeys, parseSealingKeys, parseTotpKeys } from "@/lib/platform/crypto/key-ring";

const x = generateKeyPairSync("x25519");
const rsa = generateKeyPairSync("rsa", { modulusLength: 3072 });
const small = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const spki = (key: KeyObject) => key.export({ format: "der", type: "spki" }).toString("base64");
const pkcs8 = (key: KeyObject) => key.export({ format: "der", type: "pkcs8" }).toString("base64");
const pkcs1 = (key: KeyObject) => key.export({ format: "der", type: "pkcs1" }).toString("base64");
const aes = (size = 32) => randomBytes(size).toString("base64");

test("sealing keys are read with their versions", () => {
  const other = generateKeyPairSync("x25519");
  const keys = parseSealingKeys(`12:${spki(x.publicKey)}, 13:${spki(other.publicKey)}`);
  expect(keys.map(({ version, key }) => [version, key.type])).toEqual([
    [12, "public"],
    [13, "public"],
  ]);
  expect(keys[0]?.key.equals(x.publicKey)).toBe(true);
});

test("a private RSA key opens what is left of earlier versions' secrets, and no public one seals a new one", () => {
  expect(parseOpeningKeys(`1:${pkcs8(rsa.privateKey)},2:${pkcs8(x.privateKey)}`).find(1)?.asymmetricKeyType).toBe(
    "rsa",
  );
  expect(() => parseSealingKeys(`1:${spki(rsa.publicKey)}`)).toThrow("SEALING_PUBLIC_KEY");
});

test("of several private keys the last is current, and every one is found by its version", () => {
  const other = generateKeyPairSync("x25519");
  const ring = parseOpeningKeys(`2:${pkcs8(x.privateKey)}, 1:${pkcs8(other.privateKey)}`);
  expect(ring.current.version).toBe(1);
  expect(ring.all.map(({ version }) => version)).toEqual([2, 1]);
  expect(ring.find(2)?.equals(x.privateKey)).toBe(true);
  expect(ring.find(3)).toBeUndefined();
});

test("of several TOTP keys the last is current", () => {
  const ring = parseTotpKeys(`1:${aes()},2:${aes()}`);
  expect([ring.current.version, ring.find(1)?.symmetricKeySize]).toEqual([2, 32]);
});

test.each([
  ["a private key (PKCS #8)", `1:${pkcs8(x.privateKey)}`],
  ["a private RSA key (PKCS #1)", `1:${pkcs1(rsa.privateKey)}`],
  ["a key of another kind", `1:${spki(ec.publicKey)}`],
  ["a key for signing", `1:${spki(generateKeyPairSync("ed25519").publicKey)}`],
  ["one version twice", `1:${spki(x.publicKey)},1:${spki(x.publicKey)}`],
  ["version zero", `0:${spki(x.publicKey)}`],
  ["no version", spki(x.publicKey)],
  ["half a key", `1:${spki(x.publicKey).slice(0, 32)}`],
  ["a PEM", `1:${x.publicKey.export({ format: "pem", type: "spki" })}`],
  ["nothing", ""],
])("SEALING_PUBLIC_KEY is refused when it holds %s", (_what, text) => {
  expect(() => parseSealingKeys(text)).toThrow("SEALING_PUBLIC_KEY");
});

test.each([
  ["a public key", `1:${spki(x.publicKey)}`],
  ["an RSA modulus of 2048 bits", `1:${pkcs8(small.privateKey)}`],
  ["a key of another kind", `1:${pkcs8(ec.privateKey)}`],
  ["one version twice", `1:${pkcs8(x.privateKey)},1:${pkcs8(x.privateKey)}`],
  ["an empty entry", `1:${pkcs8(x.privateKey)},`],
])("the private sealing keys are refused when they hold %s", (_what, text) => {
  expect(() => parseOpeningKeys(text)).toThrow("The private sealing keys");
});

test.each([16, 31, 33, 64])("a TOTP key of %i bytes is refused", (size) => {
  expect(() => parseTotpKeys(`1:${aes(size)}`)).toThrow("TOTP_KEYS, entry 1");
});

test("a refusal names the entry and never quotes it", () => {
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
