import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openWith, rawPublicKey, sealTo } from "@/lib/platform/crypto/hpke";

/**
 * RFC 9180's published vector for DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM in base
 * mode: the first of its encryptions. Appendix A prints only some suites; this one is from the
 * complete file to which it refers (test-vectors.json of draft-irtf-cfrg-hpke at 5f503c5).
 */
const VECTOR = {
  info: "4f6465206f6e2061204772656369616e2055726e",
  skRm: "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d",
  skEm: "179d4b53b6365c45b600c4163b61d95cbc2f4d9e36f1695558dce265ab8bab11",
  pkRm: "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c",
  enc: "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256",
  aad: "436f756e742d30",
  pt: "4265617574792069732074727574682c20747275746820626561757479",
  ct: "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a",
};
const of = (name: keyof typeof VECTOR) => Buffer.from(VECTOR[name], "hex");

function pairOf(raw: Buffer) {
  const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), raw]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

describe("RFC 9180's vector", () => {
  const recipient = pairOf(of("skRm"));
  const ephemeral = pairOf(of("skEm"));
  const sealed = Buffer.concat([of("enc"), of("ct")]);

  test("is sealed byte for byte", () => {
    expect(rawPublicKey(recipient.publicKey)).toEqual(of("pkRm"));
    expect(sealTo(recipient.publicKey, of("info"), of("pt"), { aad: of("aad"), ephemeral })).toEqual(sealed);
  });

  test("is opened", () => {
    expect(openWith(recipient.privateKey, of("info"), sealed, of("aad"))).toEqual(of("pt"));
  });
});

const INFO = Buffer.from("where it belongs");
const TEXT = Buffer.from("a text");
const mine = generateKeyPairSync("x25519");
const sealed = () => sealTo(mine.publicKey, INFO, TEXT);
const open = (bytes: Uint8Array, key: KeyObject = mine.privateKey, info = INFO, aad?: Buffer) =>
  openWith(key, info, bytes, aad);

test("a sealed text opens, is 48 bytes longer than the text, and differs each time", () => {
  expect(open(sealed())).toEqual(TEXT);
  expect(sealed()).toHaveLength(TEXT.length + 48);
  expect(sealed().equals(sealed())).toBe(false);
});

describe("refused to be opened", () => {
  test("with another private key", () => {
    expect(() => open(sealed(), generateKeyPairSync("x25519").privateKey)).toThrow();
  });

  test("under another info, or with additional data that was not sealed", () => {
    expect(() => open(sealed(), mine.privateKey, Buffer.from("elsewhere"))).toThrow();
    expect(() => open(sealed(), mine.privateKey, INFO, Buffer.from("more"))).toThrow();
  });

  test.each(Array.from({ length: 54 }, (_, at) => at))("with byte %i changed", (at) => {
    const bytes = Uint8Array.from(sealed());
    // The highest bit of an X25519 public key is ignored (RFC 7748, section 5), but it still makes
    // a
    // different encapsulated key.
    expect(() => open(bytes.with(at, (bytes[at] as number) ^ 0x81))).toThrow();
    expect(() => open(bytes.with(at, (bytes[at] as number) ^ 0x80))).toThrow();
  });

  test.each([0, 1, 31, 32, 47, 48, 53])("truncated to %i bytes", (length) => {
    expect(() => open(Uint8Array.from(sealed()).slice(0, length))).toThrow();
  });

  test.each([
    ["zero", "00".repeat(32)],
    ["one", `01${"00".repeat(31)}`],
    ["of order 8", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"],
    ["p - 1", `ec${"ff".repeat(30)}7f`],
  ])("where the encapsulated key makes the shared secret predictable: %s", (_, point) => {
    const bytes = Buffer.concat([Buffer.from(point, "hex"), sealed().subarray(32)]);
    expect(() => open(bytes)).toThrow(/derivation|failed|invalid|zero/i);
  });
});
