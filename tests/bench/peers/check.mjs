import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";

/**
 * The check that every peer makes: the signature of the body, in constant time, and nothing else.
 */
const { SECRET = "", ANSWER = "" } = process.env;
const secret = createSecretKey(Buffer.from(SECRET));
export const answer = ANSWER;

export function verified(body, signature) {
  if (typeof signature !== "string" || !/^[0-9a-fA-F]{128}$/.test(signature)) return false;
  return timingSafeEqual(createHmac("sha512", secret).update(body).digest(), Buffer.from(signature, "hex"));
}

/** Headers for an answer as long as the gateway's. */
export const HEADERS = { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(answer)) };
