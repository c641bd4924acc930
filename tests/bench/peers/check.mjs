import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";

/** What every peer does for a request: the signature over the body, in constant time, and nothing else. */
const { SECRET = "", ANSWER = "" } = process.env;
const secret = createSecretKey(Buffer.from(SECRET));
export const answer = ANSWER;

export function verified(body, signature) {
  if (typeof signature !== "string" || !/^[0-9a-fA-F]{128}$/.test(signature)) return false;
  return timingSafeEqual(createHmac("sha512", secret).update(body).digest(), Buffer.from(signature, "hex"));
}

/** As long as the gateway's answer. */
export const HEADERS = { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(answer)) };
