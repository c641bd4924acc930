import type { Acting } from "../access/member";
import { record } from "../audit/record";
import type { Proof } from "../identity/second-factor/challenge";
import { actorOf, notifyOwners } from "../mail/enqueue";
import type { Tx } from "../platform/db/db";
import { inConfirmedTransaction } from "../platform/db/sync-commit";
import type { KeyId } from "../platform/ids";
import type { Result } from "../platform/result";
import { beginChange } from "./begin-change";
import type { RetirementReason } from "./lifecycle";
import type { LockedKey } from "./lock-key";
import { announce } from "./propagation/acknowledgements";
import { finishStop, markRefused, type StopCommitted, type StopResult, stopResult } from "./propagation/finish-stop";
import { eraseCopy } from "./reveal/reveal";

type Retirement = { keyId: KeyId; reason: RetirementReason };

/** Retires a key that is not active. Waits only if its deactivation is still in progress. */
export async function retireKey(member: Acting, retirement: Retirement, proof: Proof): Promise<Result<StopResult>> {
  return finishStop(member, await commitRetirement(member, retirement, proof));
}

/** The first half: returns what is left to wait for, or the result if there is nothing. */
export function commitRetirement(
  member: Acting,
  { keyId, reason }: Retirement,
  proof: Proof,
): Promise<Result<StopCommitted | StopResult>> {
  return inConfirmedTransaction(async (tx) => {
    const { key, isDone } = await beginChange(tx, member, keyId, "retire", proof);
    if (!isDone) {
      await retireRow(tx, member, key, reason);
      await notifyOwners(tx, actorOf(member), "key_retired", { number: key.number, reason });
    }
    if (key.deactivating) return { id: key.id, since: key.since, change: await announce(tx, key.id) };
    // It was never active, or every gateway already refuses it.
    return stopResult(tx, member, key, key.refusedEverywhereAt ?? (await markRefused(tx, member, key, NOBODY_TO_HEAR)));
  });
}

/** For a key that no gateway ever accepted. */
const NOBODY_TO_HEAR = { endedBy: "time", gateways: [] } as const;

/** Retires the row, in the transaction of a retirement or of a deactivation that is for good. */
export async function retireRow(
  tx: Tx,
  member: Acting,
  { id, number }: LockedKey,
  reason: RetirementReason | "cancelled",
): Promise<void> {
  await tx.$executeRaw`
    UPDATE api_keys SET status = 'retired', retired_by = ${member.userId}::uuid, retired_at = clock_timestamp(), retirement_reason = ${reason}
    WHERE id = ${id}::uuid`;
  await eraseCopy(tx, id);
  const event = reason === "cancelled" ? "api_key.rotation_cancelled" : "api_key.retired";
  await record(tx, member, event, { apiKeyId: id, data: { number, reason } });
}
