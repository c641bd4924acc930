import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { Secret } from "../../platform/crypto/secret";
import type { KeyId, MerchantId, SessionId, Ticket, UserId } from "../../platform/ids";

/**
 * The cryptography of a dialog's ticket. Pure.
 *
 * Promise: only the ticket opens the copy of a new secret. A ticket is 32 random bytes in one
 * dialog's memory and is stored nowhere. Three independent keys are derived from it
 * (HKDF-SHA-256, RFC 5869): one names the row, one encrypts the copy (AES-256-GCM, NIST SP
 * 800-38D, with a full 16-byte tag, because Node would accept 4 bytes), one fingerprints the
 * request's parameters.
 * Attacks: reading the table (the name does not reveal the encryption key, RFC 5869 3.2; without
 * the ticket, the code in the parameters cannot be guessed); moving a copy to another key,
 * merchant, user or session (the copy is authenticated with them).
 * ASVS 5.0 11.3.2, 11.3.3, 14.2.4.
 */
export type Binding = { keyId: KeyId; merchantId: MerchantId; userId: UserId; sessionId: SessionId };
/** `further`: the other values that an identical request repeats. */
export type Parameters = Binding & { allowedIps: string[]; code: string; further?: readonly string[] };

const NONCE = 12;
const TAG = 16;

/**
 * 32 bytes as base64url. The last of the 43 characters carries only four bits. Its unused bits
 * must be zero, so that a ticket has only one spelling.
 */
export const TICKET = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

export function ticketHash(ticket: Ticket): Uint8Array<ArrayBuffer> {
  return new Uint8Array(derive(ticket, "lookup"));
}

/**
 * Equal only for identical requests: key, merchant, user, session, code, addresses in any order,
 * and `further`.
 */
export function parametersHash(ticket: Ticket, parameters: Parameters): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify([
    ...bound(parameters),
    parameters.code,
    ...[...parameters.allowedIps].sort(),
    parameters.further ?? [],
  ]);
  return new Uint8Array(createHmac("sha256", derive(ticket, "parameters")).update(text).digest());
}

/**
 * The id of the key that a rotation makes under this ticket, so that a repeat knows the id before
 * it has a reply. The id does not reveal the ticket. RFC 9562, 5.8.
 */
export function keyIdOf(ticket: Ticket): string {
  const hex = derive(ticket, "key-id").toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function sealCopy(ticket: Ticket, binding: Binding, secret: Secret): Uint8Array<ArrayBuffer> {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", derive(ticket, "copy"), nonce, { authTagLength: TAG }).setAAD(
    additional(binding),
  );
  return new Uint8Array(
    Buffer.concat([nonce, cipher.update(secret.expose(), "ascii"), cipher.final(), cipher.getAuthTag()]),
  );
}

/** @throws Error if the ticket, or anything that the copy is bound to, is different */
export function openCopy(ticket: Ticket, binding: Binding, copy: Uint8Array): Secret {
  const bytes = Buffer.from(copy);
  const decipher = createDecipheriv("aes-256-gcm", derive(ticket, "copy"), bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  })
    .setAAD(additional(binding))
    .setAuthTag(bytes.subarray(-TAG));
  return new Secret(Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString("ascii"));
}

function derive(ticket: Ticket, use: "lookup" | "copy" | "parameters" | "key-id"): Buffer {
  if (!TICKET.test(ticket)) throw new Error("A ticket is 32 bytes in base64url.");
  return Buffer.from(hkdfSync("sha256", Buffer.from(ticket, "base64url"), "", `countersign:reveal:v1:${use}`, 32));
}

const additional = (binding: Binding): Buffer => Buffer.from(JSON.stringify(bound(binding)));

const bound = ({ keyId, merchantId, userId, sessionId }: Binding): string[] =>
  [keyId, merchantId, userId, sessionId].map((id) => id.toLowerCase());
