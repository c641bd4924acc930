import { createHmac, randomBytes } from "node:crypto";
import { deriveKey, timingSafeEqualText } from "../../platform/crypto/token";
import { dashboardEnv } from "../../platform/env";

/*
 * Promise: a browser that has logged in to an account has its own counter of wrong passwords. A
 * stranger who uses up the other counters, even from the same address, cannot lock the account's
 * owner out. The cookie grants no access. Attacks: making up cookies to get fresh counters; using
 * one account's cookie against another (the mark is an HMAC over browser and account).
 * OWASP "Slow Down Online Guessing Attacks with Device Cookies"; ASVS 5.0 6.1.1.
 */
export const DEVICE_LIFETIME = 180 * 24 * 60 * 60;
const ACCOUNTS = 4;

/** The browser's id if it has logged in to this account before, otherwise null. */
export function knownDevice(cookie: string | null, email: string): string | null {
  const [id = "", ...marks] = cookie?.split(".") ?? [];
  const own = mark(id, email);
  return marks.some((given) => timingSafeEqualText(given, own)) ? id : null;
}

/** The cookie after a login: the browser's id, this account first, then the last three others. */
export function rememberDevice(cookie: string | null, email: string): string {
  const [old = "", ...marks] = cookie?.split(".") ?? [];
  const id = /^[\w-]{22}$/.test(old) ? old : randomBytes(16).toString("base64url");
  const own = mark(id, email);
  return [id, own, ...marks.filter((given) => given !== own)].slice(0, 1 + ACCOUNTS).join(".");
}

function mark(id: string, email: string): string {
  return createHmac("sha256", key()).update(`${id}.${email}`).digest("base64url");
}

let derived: Buffer | undefined;
const key = (): Buffer => (derived ??= deriveKey(dashboardEnv().NEXTAUTH_SECRET, "device"));
