import { generateKeyPairSync, randomBytes } from "node:crypto";

export const KEY_NAMES = ["SEALING_PUBLIC_KEY", "SEALING_PRIVATE_KEYS", "TOTP_KEYS", "NEXTAUTH_SECRET", "INVITATION_KEY"];

/** Fresh values of every secret that is not the database's, in the form the environment takes. */
export function newKeys(version = 1) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  });
  return {
    SEALING_PUBLIC_KEY: `${version}:${publicKey.toString("base64")}`,
    SEALING_PRIVATE_KEYS: `${version}:${privateKey.toString("base64")}`,
    TOTP_KEYS: `${version}:${randomBytes(32).toString("base64")}`,
    NEXTAUTH_SECRET: randomBytes(32).toString("base64url"),
    INVITATION_KEY: randomBytes(32).toString("base64"),
  };
}
