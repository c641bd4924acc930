import type { Acting } from "../access/member";
import { authorize } from "../actions/authorize";
import { Prisma } from "../generated/prisma/client";
import type { Proof } from "../identity/second-factor/challenge";
import type { Tx } from "../platform/db/db";
import { syncCommit } from "../platform/db/sync-commit";
import type { KeyId } from "../platform/ids";
import { RollbackWith } from "../platform/result";
import { checkTransition, type Transition } from "./lifecycle";
import { type LockedKey, lockKey, lockPair } from "./lock-key";
import { endRotation } from "./rotation/end";

/**
 * Begins every change of an existing key, in its transaction: re-reads access and consumes the
 * second factor, makes COMMIT wait for the disk and the standbys, locks the key, and checks that
 * its state allows the change. `pair` locks the keys that a take-over swaps with it. `isDone` if
 * the key is already in the state that the change leads to. If the key was on standby and its time
 * is over, that is recorded first.
 *
 * @throws RollbackWith
 */
export async function beginChange(
  tx: Tx,
  member: Acting,
  keyId: KeyId,
  change: Transition,
  proof: Proof,
  { pair = change === "take-over" } = {},
): Promise<{ key: LockedKey; isDone: boolean }> {
  await authorize(tx, member, proof);
  await syncCommit(tx);
  if (pair) await lockPair(tx, member, keyId);
  const key = await lockKey(tx, member, keyId);
  const verdict = checkTransition(change, key);
  if (typeof verdict === "object")
    throw new RollbackWith(tx, key.standbyIsOver ? { code: "rotation_over", number: key.number } : verdict);
  if (key.standbyIsOver) await endRotation(tx, Prisma.sql`id = ${key.id}::uuid`);
  return { key, isDone: verdict === "done" };
}
