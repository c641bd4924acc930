import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from "node:crypto";

/**
 * Keys from the environment, each with its version: `<version>:<base64>`, separated by commas.
 *
 * Promise: a wrong value stops the process with an error that names the entry's position in the
 * list, and never holds a byte of the value. A key of the wrong kind is never used as another
 * kind: the dashboard refuses to run with a private key (ASVS 5.0 11.2.3, 13.3.1).
 */
export type VersionedKey = { version: number; key: KeyObject };
export type KeyRing = {
  current: VersionedKey;
  all: readonly VersionedKey[];
  find(version: number): KeyObject | undefined;
};

/**
 * SEALING_PUBLIC_KEY: X25519 public keys, SPKI DER. New secrets are sealed with the newest one
 * that the gateways hold (lib/api-keys/sealing/sealing-key).
 */
export function parseSealingKeys(text: string): VersionedKey[] {
  return parseEntries("SEALING_PUBLIC_KEY", text, (der) =>
    x25519(createPublicKey({ key: der, format: "der", type: "spki" })),
  );
}

/**
 * For the gateway only: every private key (PKCS #8 DER) that a stored secret may still be sealed
 * for. The last one is current.
 */
export function parseOpeningKeys(text: string): KeyRing {
  return ring(
    parseEntries("The private sealing keys", text, (der) =>
      x25519OrRsa(createPrivateKey({ key: der, format: "der", type: "pkcs8" })),
    ),
  );
}

/** TOTP_KEYS: AES-256 keys, 32 bytes each; the last one is current. */
export function parseTotpKeys(text: string): KeyRing {
  return ring(
    parseEntries("TOTP_KEYS", text, (bytes) => {
      if (bytes.length !== 32) throw new Error("not 32 bytes");
      return createSecretKey(bytes);
    }),
  );
}

function parseEntries(name: string, text: string, read: (bytes: Buffer) => KeyObject): VersionedKey[] {
  const keys = text.split(",").map((entry, index) => parseEntry(`${name}, entry ${index + 1}`, entry.trim(), read));
  if (new Set(keys.map(({ version }) => version)).size < keys.length)
    throw new Error(`${name}: one version is given to two keys.`);
  return keys;
}

function parseEntry(place: string, entry: string, read: (bytes: Buffer) => KeyObject): VersionedKey {
  const [, version, base64] = /^([1-9][0-9]{0,8}):([A-Za-z0-9+/]+={0,2})$/.exec(entry) ?? [];
  if (!version || !base64) throw new Error(`${place}: not of the form <version>:<base64>.`);
  try {
    return { version: Number(version), key: read(Buffer.from(base64, "base64")) };
  } catch {
    throw new Error(`${place}: version ${version} is not a key of the expected kind and size.`);
  }
}

function x25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType !== "x25519") throw new Error("not X25519");
  return key;
}

/**
 * RSA of releases before 0.3.0, which opens the secrets that are still sealed with it. The size
 * is from NIST SP 800-57 part 1, table 2.
 */
function x25519OrRsa(key: KeyObject): KeyObject {
  return key.asymmetricKeyType === "rsa" && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 3072 ? key : x25519(key);
}

function ring(keys: VersionedKey[]): KeyRing {
  const byVersion = new Map(keys.map(({ version, key }) => [version, key]));
  return { current: last(keys), all: keys, find: (version) => byVersion.get(version) };
}

function last(keys: VersionedKey[]): VersionedKey {
  const key = keys.at(-1);
  if (!key) throw new Error("A key ring is empty.");
  return key;
}
