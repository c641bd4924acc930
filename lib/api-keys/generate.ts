import { randomBytes } from "node:crypto";
import type { Member } from "../access/member";
import { record } from "../audit/record";
import { authorize } from "../authorize";
import { inTransaction } from "../db";
import { actOf, notifyOwners } from "../notifications/outbox";
import type { Result } from "../result";
import type { Proof } from "../two-factor/challenge";
import { newKey } from "./key-pair";

/** A new key without a secret: the secret does not exist before the first activation. */
export function generateKey(member: Member, proof: Proof): Promise<Result<{ id: string; number: number }>> {
  return inTransaction(async (tx) => {
    await authorize(tx, member, proof);
    const key = await tx.apiKey.create({
      data: { merchantId: member.merchantId, key: newKey(randomBytes), generatedBy: member.userId },
      select: { id: true, number: true },
    });
    await record(tx, member, "api_key.generated", { apiKeyId: key.id, data: { number: key.number } });
    await notifyOwners(tx, actOf(member), "key_generated", { number: key.number });
    return key;
  });
}
