import type { Acting } from "../access/member";
import { record } from "../audit/record";
import { authorize } from "../authorize";
import { afterChange } from "../busy";
import { confirmed, durably } from "../confirmed";
import type { Tx } from "../db";
import { actOf, notifyOwners } from "../notifications/outbox";
import { accept, Refused, type Result } from "../result";
import type { Proof } from "../two-factor/challenge";
import { announce } from "./acknowledgements";
import { judge, type RetirementReason } from "./lifecycle";
import { type LockedKey, lockKey } from "./locked-key";
import { markRefused, type Refusing, refusedEverywhere, refusing } from "./refused-everywhere";
import { eraseCopy } from "./reveal";

type Retirement = { keyId: string; reason: RetirementReason };

/** Ends a key that is not active, for good. Waits only where a deactivation of it is still under way. */
export async function retireKey(
  member: Acting,
  { keyId, reason }: Retirement,
  proof: Proof,
  propagated = refusedEverywhere,
): Promise<Result<Refusing>> {
  const retired = await confirmed(async (tx) => {
    await authorize(tx, member, proof);
    await durably(tx);
    const key = await lockKey(tx, member, keyId);
    const verdict = judge("retire", key);
    if (typeof verdict === "object") throw new Refused(verdict);
    if (verdict === "change") {
      await retireRow(tx, member, key, reason);
      await notifyOwners(tx, actOf(member), "key_retired", { number: key.number, reason });
    }
    if (key.deactivating) return { id: key.id, since: key.since, change: await announce(tx, key.id) };
    // Never active, or refused everywhere since its deactivation.
    return refusing(tx, member, key, key.refusedEverywhereAt ?? (await markRefused(tx, member, key, NOBODY_TO_HEAR)));
  });
  if (!retired.ok) return retired;
  const { value } = retired;
  return "change" in value ? afterChange(() => propagated(member, value)) : accept(value);
}

/** A key that no gateway ever accepted. */
const NOBODY_TO_HEAR = { endedBy: "time", gateways: [] } as const;

/** The change itself, in the transaction of a retirement or of a deactivation that ends the key for good. */
export async function retireRow(tx: Tx, member: Acting, { id, number }: LockedKey, reason: RetirementReason): Promise<void> {
  await tx.$executeRaw`
    UPDATE api_keys SET status = 'retired', retired_by = ${member.userId}::uuid, retired_at = clock_timestamp(), retirement_reason = ${reason}
    WHERE id = ${id}::uuid`;
  await eraseCopy(tx, id);
  await record(tx, member, "api_key.retired", { apiKeyId: id, data: { number, reason } });
}
