import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

/**
 * Hybrid public key encryption (RFC 9180), base mode, single-shot: DHKEM(X25519, HKDF-SHA256),
 * HKDF-SHA256, AES-256-GCM.
 *
 * Promise: only the holder of the private key opens what was sealed, only with the same `info`,
 * and only unchanged.
 * Attacks: bytes changed or cut off (the tag always has 128 bits); a sealed text used in another
 * place (every key depends on `info`); a public key of low order, with which everybody knows the
 * shared secret (the system's X25519 refuses a result of zeros, RFC 7748, 6.1). Each text gets
 * its own key pair, so no AES-GCM key is used twice. ASVS 5.0 11.3.2, 11.3.4.
 */
const KEM = Buffer.from("KEM\x00\x20", "latin1");
const SUITE = Buffer.from("HPKE\x00\x20\x00\x01\x00\x02", "latin1");
const VERSION = Buffer.from("HPKE-v1");
const NOTHING = Buffer.alloc(0);
const BASE_MODE = Buffer.from([0]);
const [KEY_BYTES, NONCE_BYTES, TAG_BYTES, PUBLIC_BYTES] = [32, 12, 16, 32];
/** The DER prefix of a raw X25519 public key (RFC 8410). */
const SPKI = Buffer.from("302a300506032b656e032100", "hex");

type Pair = { privateKey: KeyObject; publicKey: KeyObject };

/**
 * Returns the encapsulated key, the ciphertext and its tag: 48 bytes more than the text. Only
 * tests of published vectors pass `ephemeral`.
 */
export function sealTo(
  recipient: KeyObject,
  info: Uint8Array,
  text: Uint8Array,
  { aad = NOTHING, ephemeral = generateKeyPairSync("x25519") }: { aad?: Uint8Array; ephemeral?: Pair } = {},
): Buffer {
  const enc = rawPublicKey(ephemeral.publicKey);
  const shared = sharedSecret(ephemeral.privateKey, recipient, enc, rawPublicKey(recipient));
  const { key, nonce } = keySchedule(shared, info);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(aad);
  return Buffer.concat([enc, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

/** @throws if it was sealed for another key or another `info`, or was changed */
export function openWith(
  privateKey: KeyObject,
  info: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array = NOTHING,
): Buffer {
  if (sealed.length < PUBLIC_BYTES + TAG_BYTES) throw new Error("too short to have been sealed");
  const enc = sealed.subarray(0, PUBLIC_BYTES);
  const sender = createPublicKey({ key: Buffer.concat([SPKI, enc]), format: "der", type: "spki" });
  const { key, nonce } = keySchedule(sharedSecret(privateKey, sender, enc, ownPublicKey(privateKey)), info);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(aad)
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(PUBLIC_BYTES, -TAG_BYTES)), decipher.final()]);
}

/** RFC 9180, 4.1: Encap and Decap differ only in whose private key is used. */
function sharedSecret(privateKey: KeyObject, publicKey: KeyObject, enc: Uint8Array, recipient: Uint8Array): Buffer {
  const dh = diffieHellman({ privateKey, publicKey });
  const prk = labeledExtract(KEM, NOTHING, "eae_prk", dh);
  return labeledExpand(KEM, prk, "shared_secret", Buffer.concat([enc, recipient]), KEY_BYTES);
}

/** RFC 9180, 5.1, for the first text of a context: its nonce is the base nonce. */
function keySchedule(shared: Buffer, info: Uint8Array): { key: Buffer; nonce: Buffer } {
  const context = Buffer.concat([BASE_MODE, PSK_ID_HASH, labeledExtract(SUITE, NOTHING, "info_hash", info)]);
  const secret = labeledExtract(SUITE, shared, "secret", NOTHING);
  return {
    key: labeledExpand(SUITE, secret, "key", context, KEY_BYTES),
    nonce: labeledExpand(SUITE, secret, "base_nonce", context, NONCE_BYTES),
  };
}

const PSK_ID_HASH = labeledExtract(SUITE, NOTHING, "psk_id_hash", NOTHING);

function labeledExtract(suite: Buffer, salt: Uint8Array, label: string, material: Uint8Array): Buffer {
  return createHmac("sha256", salt).update(VERSION).update(suite).update(label).update(material).digest();
}

/** Up to 32 bytes: one block of HKDF-Expand (RFC 5869, 2.3). */
function labeledExpand(suite: Buffer, prk: Buffer, label: string, info: Uint8Array, length: number): Buffer {
  const block = createHmac("sha256", prk)
    .update(Buffer.from([0, length]))
    .update(VERSION)
    .update(suite)
    .update(label)
    .update(info);
  return block
    .update(Buffer.from([1]))
    .digest()
    .subarray(0, length);
}

/** The 32 bytes that RFC 9180 calls a serialized public key. */
export const rawPublicKey = (publicKey: KeyObject): Buffer =>
  publicKey.export({ format: "der", type: "spki" }).subarray(-PUBLIC_BYTES);

const ownKeys = new WeakMap<KeyObject, Buffer>();

function ownPublicKey(privateKey: KeyObject): Buffer {
  const known = ownKeys.get(privateKey) ?? rawPublicKey(createPublicKey(privateKey));
  ownKeys.set(privateKey, known);
  return known;
}
