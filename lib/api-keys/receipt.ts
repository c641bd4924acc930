import type { Member } from "../access/member";
import { record } from "../audit/record";
import { authorize } from "../authorize";
import { inTransaction } from "../db";
import { Refused, type Result } from "../result";
import { NO_PROOF } from "../two-factor/challenge";
import { lockKey } from "./locked-key";
import { ticketHash } from "./ticket";

/** The dialog's word that the secret stands on its screen: the copy is erased, and the key counts as received. Harmless when repeated. */
export function confirmReceipt(member: Member, { keyId, ticket }: { keyId: string; ticket: string }): Promise<Result<{ number: number }>> {
  return inTransaction(async (tx) => {
    await authorize(tx, member, NO_PROOF);
    const key = await lockKey(tx, member, keyId);
    if (key.received) return { number: key.number };
    const { userId, sessionId } = member;
    const erased = await tx.reveal.deleteMany({ where: { keyId, userId, sessionId, ticketHash: ticketHash(ticket) } });
    if (erased.count === 0) throw new Refused({ code: "not_found" });
    await tx.$executeRaw`UPDATE api_keys SET secret_received_at = clock_timestamp() WHERE id = ${key.id}::uuid`;
    await record(tx, member, "api_key.secret_received", { apiKeyId: key.id });
    return { number: key.number };
  });
}
