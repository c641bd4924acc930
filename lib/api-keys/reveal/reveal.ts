import type { Member } from "../../access/member";
import { authorize } from "../../actions/authorize";
import { record } from "../../audit/record";
import { NO_PROOF } from "../../identity/second-factor/challenge";
import type { Secret } from "../../platform/crypto/secret";
import { inTransaction, type Tx } from "../../platform/db/db";
import type { KeyId, Ticket } from "../../platform/ids";
import { accept, type Result, RollbackWith } from "../../platform/result";
import type { Refusal } from "../../words/refusals/refusals";
import { STATUS_NOW } from "../lock-key";
import { openCopy, type Parameters, parametersHash, sealCopy, ticketHash } from "./ticket";

/**
 * The only way a secret leaves the server.
 *
 * Promise: a new secret is sent to one dialog and never to anybody else, at most five times
 * within 120 s of the database's clock. Each delivery is counted, recorded and committed before
 * it is sent. Every delivery, including the first, goes through `deliver`. If a response is lost
 * after the commit, the dialog asks again with the same ticket and gets the same secret.
 * Attacks: asking again from another tab, session, user or merchant (the row is not found, as if
 * there were none); the same ticket with other addresses, another key or another code (409: a
 * replay must be the identical request); asking again without end (five deliveries, 120 s); a
 * stolen database (only the ticket opens the copy, lib/api-keys/reveal/ticket).
 * ASVS 5.0 2.3.3, 14.2.4.
 */
const DELIVERIES = 5;

export type Delivered = { number: number; secret: string };

/** Stores a copy for the dialog with the ticket, in the transaction that activates the key. */
export async function storeCopy(tx: Tx, ticket: Ticket, parameters: Parameters, secret: Secret): Promise<void> {
  const { keyId, userId, sessionId } = parameters;
  const hashes = { ticketHash: ticketHash(ticket), parametersHash: parametersHash(ticket, parameters) };
  await tx.reveal.create({
    data: { keyId, userId, sessionId, ...hashes, sealedCopy: sealCopy(ticket, parameters, secret) },
    select: { keyId: true },
  });
}

/**
 * Delivers the secret to the dialog that it was made for. Null if there is no copy under this
 * ticket for this user, session and merchant.
 */
export async function deliver(
  member: Member,
  ticket: Ticket,
  parameters: Parameters,
): Promise<Result<Delivered | null>> {
  const counted = await inTransaction(async (tx) => {
    await authorize(tx, member, NO_PROOF);
    const copy = await findCopy(tx, member, ticket);
    if (!copy) return null;
    if (!sameBytes(copy.parametersHash, parametersHash(ticket, parameters)))
      throw new RollbackWith(tx, { code: "ticket_conflict" });
    if (!copy.deliverable) throw new RollbackWith(tx, noLongerHeld(copy));
    await countDelivery(tx, member, copy);
    return copy;
  });
  if (!counted.ok || !counted.value) return counted.ok ? accept(null) : counted;
  return accept({
    number: counted.value.number,
    secret: openCopy(ticket, parameters, counted.value.sealedCopy).expose(),
  });
}

/** The secret of a key cannot be shown any more: who waits for it needs a new pair. */
export const noLongerHeld = ({ number, standby }: { number: number; standby: boolean }): Refusal => ({
  code: "secret_no_longer_held",
  number,
  ...(standby && { standby }),
});

/** Deletes a key's copy: it is no longer needed, or the key must not be used any more. */
export async function eraseCopy(tx: Tx, keyId: KeyId): Promise<void> {
  await tx.reveal.deleteMany({ where: { keyId } });
}

type Copy = {
  keyId: KeyId;
  number: number;
  standby: boolean;
  parametersHash: Uint8Array;
  sealedCopy: Uint8Array;
  deliveries: number;
  deliverable: boolean;
};

async function findCopy(tx: Tx, { userId, sessionId, merchantId }: Member, ticket: Ticket): Promise<Copy | undefined> {
  const [copy] = await tx.$queryRaw<Copy[]>`
    SELECT r.key_id AS "keyId", k.number, ${STATUS_NOW} = 'standby' AS standby, r.parameters_hash AS "parametersHash", r.sealed_copy AS "sealedCopy", r.deliveries,
      r.expires_at > clock_timestamp() AND r.deliveries < ${DELIVERIES} AS deliverable
    FROM reveals r JOIN api_keys k ON k.id = r.key_id
    WHERE r.ticket_hash = ${ticketHash(ticket)} AND r.user_id = ${userId}::uuid AND r.session_id = ${sessionId}::uuid
      AND k.merchant_id = ${merchantId}::uuid
    FOR UPDATE OF r`;
  return copy;
}

async function countDelivery(tx: Tx, member: Member, { keyId, deliveries }: Copy): Promise<void> {
  await tx.reveal.updateMany({ where: { keyId }, data: { deliveries: { increment: 1 } } });
  await record(tx, member, "api_key.secret_delivered", { apiKeyId: keyId, data: { delivery: deliveries + 1 } });
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(Buffer.from(b));
