import type { Acting } from "../access/member";
import { record } from "../audit/record";
import type { Proof } from "../identity/second-factor/challenge";
import { actorOf, notifyOwners } from "../mail/enqueue";
import type { Tx } from "../platform/db/db";
import { inConfirmedTransaction } from "../platform/db/sync-commit";
import type { KeyId } from "../platform/ids";
import { accept, type Result, RollbackWith } from "../platform/result";
import { beginChange } from "./begin-change";
import { type DeactivationReason, retiresForGood } from "./lifecycle";
import type { LockedKey } from "./lock-key";
import { announce } from "./propagation/acknowledgements";
import { finishStop, type StopCommitted, type StopResult } from "./propagation/finish-stop";
import { retireRow } from "./retire";
import { eraseCopy } from "./reveal/reveal";
import { swapIfInTime } from "./rotation/take-over";

/** `takeOver`: if the key is active, the key on standby becomes active in the same transaction. */
type Deactivation = { keyId: KeyId; reason: DeactivationReason; takeOver?: boolean };

/** `active`: the merchant's active key afterwards; null if there is none. */
export type Deactivated = StopResult & { active: number | null };

/**
 * Stops a key and returns when no gateway accepts it. If its secret is lost or compromised, the
 * same transaction also retires the key for good. A repeat waits again and returns the same
 * result.
 */
export async function deactivateKey(
  member: Acting,
  deactivation: Deactivation,
  proof: Proof,
): Promise<Result<Deactivated>> {
  const committed = await commitDeactivation(member, deactivation, proof);
  if (!committed.ok) return committed;
  const stopped = await finishStop(member, committed);
  return stopped.ok ? accept({ ...stopped.value, active: committed.value.active }) : stopped;
}

/** The first half. Gateways may accept the key until the second half has waited for them. */
export function commitDeactivation(
  member: Acting,
  { keyId, reason, takeOver }: Deactivation,
  proof: Proof,
): Promise<Result<StopCommitted & Pick<Deactivated, "active">>> {
  const pair = takeOver === true;
  return inConfirmedTransaction(async (tx) => {
    const transition = retiresForGood(reason) ? "deactivate-for-good" : "deactivate";
    const { key, isDone } = await beginChange(tx, member, keyId, transition, proof, { pair });
    const since = isDone ? key.since : await change(tx, member, key, reason, proof);
    // Only the active key has a successor: stopping another one must not replace the active key.
    if (pair && key.status === "active") await letSuccessorTakeOver(tx, member, proof);
    return { id: key.id, since, change: await announce(tx, key.id), active: await activeNumber(tx, member) };
  });
}

/**
 * If no pair is on standby any more, or its time is over, the key is stopped all the same: the
 * result says which key is active. Attack: a password, which is enough to stop a key, lets another
 * one in.
 *
 * @throws RollbackWith `take_over_needs_code`, or `busy` if another transaction has the pair
 */
async function letSuccessorTakeOver(tx: Tx, member: Acting, proof: Proof): Promise<void> {
  if ("kind" in member || proof.kind === "password") throw new RollbackWith(tx, { code: "take_over_needs_code" });
  // Read without a lock: the swap waits for none and checks again under its own.
  const standby = await tx.apiKey.findFirst({
    where: { merchantId: member.merchantId, status: "standby" },
    select: { id: true },
  });
  if (standby) await swapIfInTime(tx, member, standby.id);
}

async function activeNumber(tx: Tx, { merchantId }: Pick<Acting, "merchantId">): Promise<number | null> {
  const active = await tx.apiKey.findFirst({ where: { merchantId, status: "active" }, select: { number: true } });
  return active?.number ?? null;
}

async function change(
  tx: Tx,
  member: Acting,
  key: LockedKey,
  reason: DeactivationReason,
  proof: Proof,
): Promise<string | null> {
  const wasActive = key.status === "active";
  const since = wasActive ? await deactivateRow(tx, member, key, reason) : key.since;
  const forGood = retiresForGood(reason);
  if (forGood) await retireRow(tx, member, key, reason);
  const told = proof.kind === "password" ? "deactivated_with_password" : "key_deactivated";
  await notifyOwners(tx, actorOf(member), told, { number: key.number, reason, forGood, wasActive });
  return since;
}

async function deactivateRow(
  tx: Tx,
  member: Acting,
  { id, number }: LockedKey,
  reason: DeactivationReason,
): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ since: string }[]>`
    UPDATE api_keys SET status = 'inactive', deactivated_by = ${member.userId}::uuid, deactivated_at = clock_timestamp(),
      deactivation_reason = ${reason}, refused_everywhere_at = NULL
    WHERE id = ${id}::uuid RETURNING deactivated_at::text AS since`;
  await eraseCopy(tx, id);
  await record(tx, member, "api_key.deactivated", { apiKeyId: id, data: { number, reason } });
  return row?.since ?? null;
}
