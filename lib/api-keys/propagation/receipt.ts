import type { Member } from "../../access/member";
import { authorize } from "../../actions/authorize";
import { record } from "../../audit/record";
import { NO_PROOF } from "../../identity/second-factor/challenge";
import { inTransaction, type Tx } from "../../platform/db/db";
import type { KeyId, Ticket } from "../../platform/ids";
import { type Result, RollbackWith } from "../../platform/result";
import { type LockedKey, lockKey } from "../lock-key";
import { ticketHash } from "../reveal/ticket";
import { UNCONFIRMED } from "../reveal/unconfirmed";

/**
 * The dialog confirms that it shows the secret. The copy is deleted, and the secret counts as
 * received. Harmless if repeated.
 */
export function confirmReceipt(
  member: Member,
  { keyId, ticket }: { keyId: KeyId; ticket: Ticket },
): Promise<Result<{ number: number }>> {
  return inTransaction(async (tx) => {
    await authorize(tx, member, NO_PROOF);
    const key = await lockKey(tx, member, keyId);
    if (key.received) return { number: key.number };
    const { userId, sessionId } = member;
    const erased = await tx.reveal.deleteMany({ where: { keyId, userId, sessionId, ticketHash: ticketHash(ticket) } });
    if (erased.count === 0) throw new RollbackWith(tx, { code: "not_found" });
    return received(tx, member, key);
  });
}

/**
 * An Owner confirms that they saved a secret that no dialog confirmed; no Owner is asked again.
 * Possible only after the time for the dialog's own confirmation is over. Harmless if repeated.
 */
export function confirmSaved(member: Member, { keyId }: { keyId: KeyId }): Promise<Result<{ number: number }>> {
  return inTransaction(async (tx) => {
    await authorize(tx, member, NO_PROOF);
    const key = await lockKey(tx, member, keyId);
    if (key.received) return { number: key.number };
    const [asked] = await tx.$queryRaw<
      { id: string }[]
    >`SELECT id FROM api_keys WHERE id = ${key.id}::uuid AND ${UNCONFIRMED}`;
    if (!asked) throw new RollbackWith(tx, { code: "not_found" });
    return received(tx, member, key, { by: "answer" });
  });
}

async function received(tx: Tx, member: Member, { id, number }: LockedKey, data = {}): Promise<{ number: number }> {
  await tx.$executeRaw`UPDATE api_keys SET secret_received_at = clock_timestamp() WHERE id = ${id}::uuid`;
  await record(tx, member, "api_key.secret_received", { apiKeyId: id, data });
  return { number };
}
