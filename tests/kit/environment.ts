import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { DatabaseUrls } from "./database";

/** Every variable the processes need, with fresh keys, for one test file or one end-to-end run. */
export function testEnvironment(urls: DatabaseUrls): Record<string, string> {
  const sealing = generateKeyPairSync("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  });
  return {
    APP_DATABASE_URL: urls.app,
    GATEWAY_DATABASE_URL: urls.gateway,
    SUPPORT_DATABASE_URL: urls.support,
    PUBLIC_ORIGIN: "http://localhost:3000",
    NEXTAUTH_URL: "http://localhost:3000",
    NEXTAUTH_SECRET: randomBytes(32).toString("base64url"),
    TOTP_KEYS: `1:${randomBytes(32).toString("base64")}`,
    SEALING_PUBLIC_KEY: `1:${sealing.publicKey.toString("base64")}`,
    SEALING_PRIVATE_KEYS: `1:${sealing.privateKey.toString("base64")}`,
    INVITATION_KEY: randomBytes(32).toString("base64"),
    SUPPORT_CONTACT: "support@countersign.example",
  };
}
