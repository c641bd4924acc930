import { randomBytes } from "node:crypto";
import type { DatabaseUrls } from "./database/database";
import { sealingKeys } from "./database/sealing-keys";

/**
 * Every variable that the processes need, with fresh secrets, for one worker or one end-to-end
 * run.
 */
export function testEnvironment(urls: DatabaseUrls): Record<string, string> {
  return {
    APP_DATABASE_URL: urls.app,
    GATEWAY_DATABASE_URL: urls.gateway,
    SUPPORT_DATABASE_URL: urls.support,
    PUBLIC_ORIGIN: "http://localhost:3000",
    NEXTAUTH_URL: "http://localhost:3000",
    NEXTAUTH_SECRET: randomBytes(32).toString("base64url"),
    TOTP_KEYS: `1:${randomBytes(32).toString("base64")}`,
    ...sealingKeys(),
    INVITATION_KEY: randomBytes(32).toString("base64"),
    SUPPORT_CONTACT: "support@countersign.example",
  };
}
