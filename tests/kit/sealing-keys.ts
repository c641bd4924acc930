import { generateKeyPairSync } from "node:crypto";

export type SealingKeys = { SEALING_PUBLIC_KEY: string; SEALING_PRIVATE_KEYS: string };

/** An RSA-3072 pair takes a core up to a second, so a whole run shares one: the global set-up leaves it in the environment. */
export function sealingKeys(): SealingKeys {
  process.env.TEST_SEALING_KEYS ??= JSON.stringify(newSealingKeys());
  return JSON.parse(process.env.TEST_SEALING_KEYS);
}

function newSealingKeys(): SealingKeys {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  });
  return { SEALING_PUBLIC_KEY: `1:${publicKey.toString("base64")}`, SEALING_PRIVATE_KEYS: `1:${privateKey.toString("base64")}` };
}

/** Vitest's global set-up: before the workers start. */
export default function setup(): void {
  sealingKeys();
}
