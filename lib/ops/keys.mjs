import { createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";

/**
 * @typedef {Record<"SEALING_PUBLIC_KEY" | "SEALING_PRIVATE_KEYS", string>} SealingPair
 * @typedef {SealingPair & Record<"TOTP_KEYS" | "NEXTAUTH_SECRET" | "INVITATION_KEY", string>} Keys
 */

/** @type {readonly (keyof Keys)[]} */
export const KEY_NAMES = [
  "SEALING_PUBLIC_KEY",
  "SEALING_PRIVATE_KEYS",
  "TOTP_KEYS",
  "NEXTAUTH_SECRET",
  "INVITATION_KEY",
];

/**
 * New values of all secrets except the database passwords, in the form of the environment.
 * @returns {Keys}
 */
export function newKeys(version = 1) {
  return {
    ...newSealingPair(version),
    TOTP_KEYS: `${version}:${randomBytes(32).toString("base64")}`,
    NEXTAUTH_SECRET: randomBytes(32).toString("base64url"),
    INVITATION_KEY: randomBytes(32).toString("base64"),
  };
}

/**
 * A new key pair: the public key seals secrets, the private key opens them.
 * @param {number} version
 * @returns {SealingPair}
 */
export function newSealingPair(version) {
  const { publicKey, privateKey } = generateKeyPairSync("x25519", {
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  });
  return {
    SEALING_PUBLIC_KEY: `${version}:${publicKey.toString("base64")}`,
    SEALING_PRIVATE_KEYS: `${version}:${privateKey.toString("base64")}`,
  };
}

/** The versions in a list of keys. @param {string} list */
export const versionsIn = (list) => list.split(",").map((entry) => Number.parseInt(entry.trim(), 10));

/**
 * Appends a pair of the next version to the keys. Public keys are X25519 only: RSA keys of
 * versions before 0.3.0 no longer seal anything.
 * @param {SealingPair} keys
 * @returns {SealingPair}
 */
export function withNextSealingPair({ SEALING_PUBLIC_KEY, SEALING_PRIVATE_KEYS }) {
  const pair = newSealingPair(Math.max(...versionsIn(SEALING_PRIVATE_KEYS)) + 1);
  return {
    SEALING_PUBLIC_KEY: [
      ...(sealsWithRsa({ SEALING_PRIVATE_KEYS }) ? [] : [SEALING_PUBLIC_KEY]),
      pair.SEALING_PUBLIC_KEY,
    ].join(","),
    SEALING_PRIVATE_KEYS: `${SEALING_PRIVATE_KEYS},${pair.SEALING_PRIVATE_KEYS}`,
  };
}

/**
 * The same keys without the versions before `oldest`.
 * @param {SealingPair} keys
 * @param {number} oldest
 * @returns {SealingPair}
 */
export function withoutSealingVersionsBefore(keys, oldest) {
  /** @param {string} list */
  const kept = (list) =>
    list
      .split(",")
      .filter((entry) => Number.parseInt(entry.trim(), 10) >= oldest)
      .join(",");
  return { SEALING_PUBLIC_KEY: kept(keys.SEALING_PUBLIC_KEY), SEALING_PRIVATE_KEYS: kept(keys.SEALING_PRIVATE_KEYS) };
}

/**
 * Whether the newest private key is RSA, as before version 0.3.0.
 * @param {Pick<SealingPair, "SEALING_PRIVATE_KEYS">} keys
 */
export function sealsWithRsa({ SEALING_PRIVATE_KEYS }) {
  const [, der = ""] = (SEALING_PRIVATE_KEYS.split(",").at(-1) ?? "").trim().split(":");
  return (
    createPrivateKey({ key: Buffer.from(der, "base64"), format: "der", type: "pkcs8" }).asymmetricKeyType === "rsa"
  );
}
