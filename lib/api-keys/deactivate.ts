import type { Acting } from "../access/member";
import { record } from "../audit/record";
import { afterChange } from "../busy";
import { confirmed, durably } from "../confirmed";
import type { Tx } from "../db";
import { actOf, notifyOwners } from "../notifications/outbox";
import { Refused, type Result } from "../result";
import { type Proof, spendProof } from "../two-factor/challenge";
import { type DeactivationReason, judge, retiresForGood } from "./lifecycle";
import { type LockedKey, lockKey } from "./locked-key";
import { type Refusing, refusedEverywhere } from "./refused-everywhere";
import { retireRow } from "./retire";
import { eraseCopy } from "./reveal";

type Deactivation = { keyId: string; reason: DeactivationReason };

/**
 * Stops a key, and answers when no gateway accepts it. A secret that is lost or in other hands retires the key for good, in the same
 * transaction. A repeat waits again and answers the same.
 */
export async function deactivateKey(
  member: Acting,
  { keyId, reason }: Deactivation,
  proof: Proof,
  propagated = refusedEverywhere,
): Promise<Result<Refusing>> {
  const forGood = retiresForGood(reason);
  const stopped = await confirmed(async (tx) => {
    await spendProof(tx, proof);
    await durably(tx);
    const key = await lockKey(tx, member, keyId);
    const verdict = judge(forGood ? "deactivate-for-good" : "deactivate", key);
    if (typeof verdict === "object") throw new Refused(verdict);
    if (verdict === "done") return key;

    const since = key.status === "active" ? await deactivateRow(tx, member, key, reason) : key.since;
    if (forGood) await retireRow(tx, member, key, reason);
    const told = proof.kind === "password" ? "deactivated_with_password" : "key_deactivated";
    await notifyOwners(tx, actOf(member), told, { number: key.number, reason, forGood, wasActive: key.status === "active" });
    return { ...key, since };
  });
  return stopped.ok ? afterChange(() => propagated(member, stopped.value)) : stopped;
}

async function deactivateRow(tx: Tx, member: Acting, { id, number }: LockedKey, reason: DeactivationReason): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ since: string }[]>`
    UPDATE api_keys SET status = 'inactive', deactivated_by = ${member.userId}::uuid, deactivated_at = clock_timestamp(),
      deactivation_reason = ${reason}, refused_everywhere_at = NULL
    WHERE id = ${id}::uuid RETURNING deactivated_at::text AS since`;
  await eraseCopy(tx, id);
  await record(tx, member, "api_key.deactivated", { apiKeyId: id, data: { number, reason } });
  return row?.since ?? null;
}
