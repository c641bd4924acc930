import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { parseOpeningKeys, parseSealingKeys, type VersionedKey } from "@/lib/platform/crypto/key-ring";
import { NotOpened, openSecret } from "@/lib/platform/crypto/open";
import { sealWithRsa } from "@/lib/platform/crypto/rsa-oaep";
import { sealSecret, secretLabel } from "@/lib/platform/crypto/seal";
import { Secret } from "@/lib/platform/crypto/secret";
import { sign, signingKey } from "@/lib/platform/signing/signature";

const pair = () => generateKeyPairSync("x25519");
const [first, second] = [pair(), pair()];
const sealingKey = (version: number, { publicKey }: ReturnType<typeof pair>) =>
  parseSealingKeys(
    `${version}:${publicKey.export({ format: "der", type: "spki" }).toString("base64")}`,
  )[0] as VersionedKey;
const entry = (version: number, { privateKey }: ReturnType<typeof pair>) =>
  `${version}:${privateKey.export({ format: "der", type: "pkcs8" }).toString("base64")}`;

const SECRET = "s3cretS3cretS3cretS3cretS3cretS3cretS3cretS3cretS3cretS3cretS3cr";
const keyId = "0b0e4dfa-5f57-4f2c-8a04-3f5cf3a3a9f1";
const merchantId = "b1a4c9de-0d4b-4d8e-9a51-9a5f7b0f7c11";
const ring = parseOpeningKeys(`${entry(1, first)},${entry(2, second)}`);

function sealed(version = 1, by = first) {
  const { sealed, keyVersion } = sealSecret({ secret: new Secret(SECRET), keyId, merchantId }, sealingKey(version, by));
  return { sealed: new Uint8Array(sealed), keyVersion, keyId, merchantId };
}

describe("opening a sealed secret", () => {
  test("gives a key that signs as the secret does", async () => {
    const body = Buffer.from("{}");
    expect(sign(await openSecret(sealed(), ring), body)).toBe(sign(signingKey(Buffer.from(SECRET)), body));
  });

  test("works with each private key of the ring, by its version", async () => {
    for (const row of [sealed(1, first), sealed(2, second)])
      expect((await openSecret(row, ring)).symmetricKeySize).toBe(64);
  });

  test("works for what versions before 0.3.0 sealed with RSA, under the same label", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 3072 });
    const ring = parseOpeningKeys(
      `1:${rsa.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64")},${entry(2, second)}`,
    );
    const old = new Uint8Array(sealWithRsa(rsa.publicKey, secretLabel(keyId, merchantId), Buffer.from(SECRET)));
    const row = { sealed: old, keyVersion: 1, keyId, merchantId };
    expect((await openSecret(row, ring)).export().toString()).toBe(SECRET);
    await expect(openSecret({ ...row, merchantId: keyId }, ring)).rejects.toThrow(NotOpened);
    await expect(openSecret({ ...row, keyVersion: 2 }, ring)).rejects.toThrow(NotOpened);
  });

  test("returns nothing that can be printed", async () => {
    const key = await openSecret(sealed(), ring);
    expect(inspect(key, { depth: 9, showHidden: true }) + JSON.stringify({ key }) + String(key)).not.toContain(SECRET);
  });
});

describe("refused to be opened", () => {
  const refusal = (change: object) => openSecret({ ...sealed(), ...change }, ring);

  test("a secret moved to another key's row", async () => {
    await expect(refusal({ keyId: merchantId })).rejects.toThrow("does not open");
  });

  test("a secret moved to another merchant", async () => {
    await expect(refusal({ merchantId: keyId })).rejects.toThrow("does not open");
  });

  test("a secret under another version than it was sealed for", async () => {
    await expect(refusal({ keyVersion: 2 })).rejects.toThrow("does not open");
  });

  test("a secret of a version that the ring does not hold", async () => {
    await expect(refusal({ keyVersion: 3 })).rejects.toThrow(NotOpened);
    await expect(refusal({ keyVersion: 3 })).rejects.toThrow(
      "sealed for key version 3, which SEALING_PRIVATE_KEYS lacks",
    );
  });

  test.each([
    ["changed in one bit", (bytes: Uint8Array) => bytes.with(100, (bytes[100] as number) ^ 1)],
    ["cut short", (bytes: Uint8Array) => bytes.slice(1)],
    ["emptied", () => new Uint8Array()],
    ["zeroed", (bytes: Uint8Array) => bytes.map(() => 0)],
  ])("a sealed secret %s", async (_, change) => {
    await expect(refusal({ sealed: change(sealed().sealed) })).rejects.toThrow("does not open");
  });

  test("without revealing anything about the key that failed", async () => {
    const error = await refusal({ keyId: merchantId }).catch((reason: unknown) => reason);
    expect(inspect(error, { depth: 9 })).not.toContain(entry(1, first).slice(2, 60));
  });
});
