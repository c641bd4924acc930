import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/*
 * Promise: a token can be made only with the key, states when it expires, and serves one purpose:
 * each purpose has its own key, derived by name. Attacks: a changed claim or date; an algorithm
 * chosen by the token ("none", RFC 8725 2.1: the header is compared and never obeyed); a token
 * made for one purpose and presented for another. The format is a JWS, RFC 7515 and RFC 7519,
 * HS256. ASVS 5.0: 9.1.1, 9.1.2, 9.2.1, 9.2.2, 11.2.4.
 */
const HEADER = Buffer.from(JSON.stringify({ alg: "HS256", typ: "JWT" })).toString("base64url");

/** A key for one purpose, derived from the installation's secret (HKDF-SHA256, RFC 5869). */
export function deriveKey(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", `countersign:${use}:v1`, 32));
}

/** `now` and `lifetime` in seconds. */
export function signToken(subject: string, key: Buffer, { now, lifetime }: { now: number; lifetime: number }): string {
  const issued = Math.floor(now);
  const claims = Buffer.from(JSON.stringify({ sub: subject, iat: issued, exp: issued + lifetime })).toString(
    "base64url",
  );
  return `${HEADER}.${claims}.${signature(claims, key)}`;
}

/** The subject of a token that was signed with this key and has not expired, else null. */
export function readToken(token: string | null | undefined, key: Buffer, now: number): string | null {
  const [header, claims, given, ...rest] = token?.split(".") ?? [];
  if (header !== HEADER || !claims || !given || rest.length > 0 || !timingSafeEqualText(given, signature(claims, key)))
    return null;
  const { sub, exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { sub: string; exp: number };
  return exp > now ? sub : null;
}

/** Compares the given text with the expected one in constant time, whatever was given. */
export function timingSafeEqualText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function signature(claims: string, key: Buffer): string {
  return createHmac("sha256", key).update(`${HEADER}.${claims}`).digest("base64url");
}
