import { createHash, createHmac } from "node:crypto";

/*
 * The token of an activation link. Pure.
 *
 * Promise: the token is stored nowhere; only its SHA-256 is. Every mail of one invitation carries
 * the same token, so whichever mail arrives opens the page. The worker computes it when it sends
 * the mail: an HMAC of the invitation's id, with a key that only the worker holds.
 * Attacks: reading the database (a hash does not lead to the token, nor does the id without the
 * key); a mail server that accepts a mail and loses its answer. With a new token for each try,
 * the second try would invalidate the first mail's link; if the second failed too, no mail that
 * arrived would work. Another link means another invitation with its own id: a row never gets a
 * second one. A new key changes the token of a mail that is sent again, and the new hash replaces
 * the old one. RFC 2104, ASVS 5.0: 6.5.2, 11.5.1.
 */
const BYTES = 32;

/** INVITATION_KEY: 32 bytes in base64. @throws an error that holds nothing of the value */
export function parseInvitationKey(text: string): Buffer {
  const key = Buffer.from(text, "base64");
  if (key.length !== BYTES || key.toString("base64") !== text) throw new Error(`not ${BYTES} bytes in base64`);
  return key;
}

/** 256 bits as 43 characters that need no escaping in a URL. */
export function invitationToken(key: Buffer, invitationId: string): string {
  return createHmac("sha256", key)
    .update(`countersign:invitation:v1:${invitationId.toLowerCase()}`)
    .digest("base64url");
}

/** The hash that is stored of a token, and looked up when a token is presented. */
export function invitationTokenHash(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(token).digest());
}
