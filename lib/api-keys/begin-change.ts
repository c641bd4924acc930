import type { Acting } from "../access/member";
import { authorize } from "../actions/authorize";
import type { Proof } from "../identity/second-factor/challenge";
import type { Tx } from "../platform/db/db";
import { syncCommit } from "../platform/db/sync-commit";
import { RollbackWith } from "../platform/result";
import { type Change, checkTransition } from "./lifecycle";
import { type LockedKey, lockKey, lockPair } from "./lock-key";

/**
 * How every change of a key begins, in its transaction: access is read again and the second factor spent, COMMIT will
 * wait for the disk and the standbys, the key is locked, and its state allows the change. `isDone`
 * where the key is already as the change would leave it.
 *
 * @throws Refused
 */
export async function beginChange(
  tx: Tx,
  member: Acting,
  keyId: string,
  change: Change,
  proof: Proof,
): Promise<{ key: LockedKey; isDone: boolean }> {
  await authorize(tx, member, proof);
  await syncCommit(tx);
  if (change === "take-over") await lockPair(tx, member);
  const key = await lockKey(tx, member, keyId);
  const verdict = checkTransition(change, key);
  if (typeof verdict === "object") throw new RollbackWith(verdict);
  return { key, isDone: verdict === "done" };
}
