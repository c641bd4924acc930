import type { Acting } from "../access/member";
import { authorize } from "../authorize";
import { durably } from "../confirmed";
import type { Tx } from "../db";
import { Refused } from "../result";
import type { Proof } from "../two-factor/challenge";
import { type Change, judge } from "./lifecycle";
import { type LockedKey, lockKey, lockPair } from "./locked-key";

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
  await durably(tx);
  if (change === "take-over") await lockPair(tx, member);
  const key = await lockKey(tx, member, keyId);
  const verdict = judge(change, key);
  if (typeof verdict === "object") throw new Refused(verdict);
  return { key, isDone: verdict === "done" };
}
