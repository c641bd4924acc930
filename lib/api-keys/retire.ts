import type { Acting } from "../access/member";
import { record } from "../audit/record";
import { confirmed } from "../confirmed";
import type { Tx } from "../db";
import { actOf, notifyOwners } from "../notifications/outbox";
import type { Result } from "../result";
import type { Proof } from "../two-factor/challenge";
import { announce } from "./acknowledgements";
import { beginChange } from "./begin-change";
import type { RetirementReason } from "./lifecycle";
import type { LockedKey } from "./locked-key";
import { markRefused, type Refusing, refusedEverywhere, refusing, type Stop } from "./refused-everywhere";
import { eraseCopy } from "./reveal";

type Retirement = { keyId: string; reason: RetirementReason };

/**
 * Ends a key that is not active, for good. Waits only where a deactivation of it is still under
 * way.
 */
export async function retireKey(member: Acting, retirement: Retirement, proof: Proof): Promise<Result<Refusing>> {
  return refusedEverywhere(member, await commitRetirement(member, retirement, proof));
}

/** The first half: what is left to wait for, or the answer where that is nothing. */
export function commitRetirement(member: Acting, { keyId, reason }: Retirement, proof: Proof): Promise<Result<Stop | Refusing>> {
  return confirmed(async (tx) => {
    const { key, isDone } = await beginChange(tx, member, keyId, "retire", proof);
    if (!isDone) {
      await retireRow(tx, member, key, reason);
      await notifyOwners(tx, actOf(member), "key_retired", { number: key.number, reason });
    }
    if (key.deactivating) return { id: key.id, since: key.since, change: await announce(tx, key.id) };
    // Never active, or refused everywhere since its deactivation.
    return refusing(tx, member, key, key.refusedEverywhereAt ?? (await markRefused(tx, member, key, NOBODY_TO_HEAR)));
  });
}

/** A key that no gateway ever accepted. */
const NOBODY_TO_HEAR = { endedBy: "time", gateways: [] } as const;

/** The change itself, in the transaction of a retirement, of a deactivation that ends the key for good, or of the end of a rotation. */
export async function retireRow(tx: Tx, member: Acting, { id, number }: LockedKey, reason: RetirementReason | "cancelled"): Promise<void> {
  await tx.$executeRaw`
    UPDATE api_keys SET status = 'retired', retired_by = ${member.userId}::uuid, retired_at = clock_timestamp(), retirement_reason = ${reason}
    WHERE id = ${id}::uuid`;
  await eraseCopy(tx, id);
  const event = reason === "cancelled" ? "api_key.rotation_cancelled" : "api_key.retired";
  await record(tx, member, event, { apiKeyId: id, data: { number, reason } });
}
