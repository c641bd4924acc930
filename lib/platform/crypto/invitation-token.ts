import { createHash, createHmac } from "node:crypto";

/*
 * The token of an activation link. Pure.
 *
 * Promise: it is stored nowhere, only its SHA-256 is, and every mail of one invitation carries the same token, so that whichever of them arrives
 * opens the page. The worker makes it when it sends: an HMAC over the invitation's id, under a key that the worker alone holds.
 * Attacks: reading the database (a hash leads to no token, an id leads to none without the key); a mail server that takes a mail and loses its
 * answer. With a fresh token a try, the second try would end the first mail's link, and if it failed as well, no mail that arrived would work.
 * Another link is another invitation, with an id of its own: a row is never given a second one. A new key changes the token of a mail that is sent
 * again; the new hash then replaces the old one. RFC 2104, ASVS 5.0: 6.5.2, 11.5.1.
 */
const BYTES = 32;

/** INVITATION_KEY: 32 bytes in base64. @throws without a word of the value */
export function parseInvitationKey(text: string): Buffer {
  const key = Buffer.from(text, "base64");
  if (key.length !== BYTES || key.toString("base64") !== text) throw new Error(`not ${BYTES} bytes in base64`);
  return key;
}

/** 256 bits as 43 characters that stand in a URL as they are. */
export function invitationToken(key: Buffer, invitationId: string): string {
  return createHmac("sha256", key).update(`countersign:invitation:v1:${invitationId.toLowerCase()}`).digest("base64url");
}

/** What is stored of a token, and looked up when somebody brings one. */
export function invitationTokenHash(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(token).digest());
}
