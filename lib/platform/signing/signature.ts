import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";

/** Whole, or in pieces. */
export type Bytes = Uint8Array | readonly Uint8Array[];

/**
 * The signature of a request: lower-case hex of HMAC-SHA512 (RFC 2104, FIPS 180-4) over the exact bytes of its body.
 *
 * Promise: true is answered only to whoever holds the secret and signed these very bytes.
 * Attacks it stops: a signature guessed byte by byte from the time a comparison takes (constant time, after the length is known to be
 * equal); hex that a lenient decoder cuts short, so that `<valid>zz` or a lone digit passes (the form is checked before decoding).
 */
export function verify(secret: KeyObject, body: Bytes, signature: string): boolean {
  if (!/^[0-9a-fA-F]{128}$/.test(signature)) return false;
  ours.write(sign(secret, body), "hex");
  theirs.write(signature, "hex");
  return timingSafeEqual(ours, theirs);
}

/** Written anew by each comparison, none of which is interrupted: two buffers a request cost more than the comparison. */
const [ours, theirs] = [Buffer.alloc(64), Buffer.alloc(64)];

/** What a client sends in X-Processing-Signature. */
export function sign(secret: KeyObject, body: Bytes): string {
  const hmac = createHmac("sha512", secret);
  if (body instanceof Uint8Array) hmac.update(body);
  else for (const piece of body) hmac.update(piece);
  return hmac.digest("hex");
}

/** The HMAC key is the secret's characters. As a KeyObject it cannot be printed or logged, and an HMAC costs half of what it does with a string. */
export function signingKey(secret: Uint8Array): KeyObject {
  return createSecretKey(secret);
}
