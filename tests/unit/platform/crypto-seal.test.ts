import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { openWith } from "@/lib/platform/crypto/hpke";
import { sealSecret, secretLabel } from "@/lib/platform/crypto/seal";
import { Secret } from "@/lib/platform/crypto/secret";

const { publicKey, privateKey } = generateKeyPairSync("x25519");
const keyId = "0b0f1d5e-7d3c-4a55-9a3e-0d9c6f0a1b2c";
const merchantId = "5f0a1b2c-7d3c-4a55-9a3e-0d9c6f0b0f1d";
const text = "aB3".repeat(21).concat("z");
const seal = () => sealSecret({ secret: new Secret(text), keyId, merchantId }, { version: 7, key: publicKey });
const open = (sealed: Buffer, label: Buffer) => openWith(privateKey, label, sealed).toString("ascii");

test("the private key opens what the public key sealed, under the label of the contract", () => {
  const { sealed, keyVersion } = seal();
  expect(keyVersion).toBe(7);
  expect(open(sealed, Buffer.from(`countersign:secret:v1:${keyId}:${merchantId}`))).toBe(text);
});

test("the label is the same for an id in upper and lower case", () => {
  expect(secretLabel(keyId.toUpperCase(), merchantId)).toEqual(secretLabel(keyId, merchantId.toUpperCase()));
});

test.each([
  ["another key", secretLabel(merchantId, merchantId)],
  ["another merchant", secretLabel(keyId, keyId)],
  ["key and merchant exchanged", secretLabel(merchantId, keyId)],
  ["no label", Buffer.alloc(0)],
])("a sealed secret moved to %s does not open", (_where, label) => {
  expect(() => open(seal().sealed, label)).toThrow();
});

test("sealing one secret twice gives different results", () => {
  expect(seal().sealed.equals(seal().sealed)).toBe(false);
});
