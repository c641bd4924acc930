import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import { verify } from "./signature";
import { writings } from "./writings";

export const MISTAKES = ["base64", "trailing_newline", "byte_order_mark", "rewritten_json", "key_as_secret", "previous_secret"] as const;

/** What was probably done wrong by whoever made a signature that does not match. */
export type Mistake = (typeof MISTAKES)[number];

export type WrongSignature = { secret: KeyObject; key: string; body: Uint8Array; signature: string };

/** Larger bodies are not looked into: a body is hashed a dozen times. */
export const MOST_EXPLAINED_BYTES = 64 * 1024;

/**
 * The mistake that explains a signature, or null. Not among them: upper case, since `verify` reads hex in either.
 *
 * Promise: what it answers is a hint for the key's owner and opens nothing: no request is accepted by it, and whoever signs wrongly is not
 * told. A mistake is named only where the signature matches by it in full, which takes the secret, or is the key itself.
 */
export function likelyMistake({ secret, key, body, signature }: WrongSignature): Mistake | null {
  if (body.length > MOST_EXPLAINED_BYTES) return null;
  const signs = (bytes: Uint8Array | string) => verify(secret, Buffer.from(bytes), signature);
  if (isBase64Of(createHmac("sha512", secret).update(body).digest(), signature)) return "base64";
  if (otherEnds(body).some(signs)) return "trailing_newline";
  if (otherBeginnings(body).some(signs)) return "byte_order_mark";
  if (verify(createSecretKey(Buffer.from(key)), body, signature)) return "key_as_secret";
  return writings(body).some(signs) ? "rewritten_json" : null;
}

/** The digest in Base64 where hex is asked for; with the URL's alphabet and without padding too, or the Base64 of the hex. */
function isBase64Of(digest: Buffer, signature: string): boolean {
  if (!/^[A-Za-z0-9+/_-]{80,180}={0,2}$/.test(signature)) return false;
  const read = Buffer.from(signature, "base64");
  return [digest, Buffer.from(digest.toString("hex"))].some((form) => form.length === read.length && timingSafeEqual(form, read));
}

/** Signed with a newline at the end that was not sent, or sent with one that was not signed. */
function otherEnds(body: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(body);
  const shorter = bytes.at(-1) === 10 ? [bytes.subarray(0, bytes.at(-2) === 13 ? -2 : -1)] : [];
  return [...shorter, Buffer.concat([bytes, Buffer.from("\n")]), Buffer.concat([bytes, Buffer.from("\r\n")])];
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function otherBeginnings(body: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(body);
  return bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? [bytes.subarray(3)] : [Buffer.concat([BYTE_ORDER_MARK, bytes])];
}
