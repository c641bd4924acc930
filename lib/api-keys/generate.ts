import { randomBytes } from "node:crypto";
import type { Member } from "../access/member";
import { authorize } from "../actions/authorize";
import { record } from "../audit/record";
import type { Proof } from "../identity/second-factor/challenge";
import { actorOf, notifyOwners } from "../mail/enqueue";
import { inTransaction } from "../platform/db/db";
import type { Result } from "../platform/result";
import { newKey } from "./key-pair";

/** Creates a key without a secret. The secret does not exist before the first activation. */
export function generateKey(member: Member, proof: Proof): Promise<Result<{ id: string; number: number }>> {
  return inTransaction(async (tx) => {
    await authorize(tx, member, proof);
    const key = await tx.apiKey.create({
      data: { merchantId: member.merchantId, key: newKey(randomBytes), generatedBy: member.userId },
      select: { id: true, number: true },
    });
    await record(tx, member, "api_key.generated", { apiKeyId: key.id, data: { number: key.number } });
    await notifyOwners(tx, actorOf(member), "key_generated", { number: key.number });
    return key;
  });
}
