import type { Member } from "../../access/member";
import type { Proof } from "../../identity/second-factor/challenge";
import { actorOf, notifyOwners } from "../../mail/enqueue";
import { inConfirmedTransaction } from "../../platform/db/sync-commit";
import type { KeyId } from "../../platform/ids";
import type { Result } from "../../platform/result";
import { beginChange } from "../begin-change";
import { retireRow } from "../retire";

/**
 * Ends a rotation: the pair on standby, which no gateway ever accepted, is retired, and the active
 * key stays. Harmless when repeated. If a request takes over at the same moment, whichever locks
 * the row first wins.
 */
export function cancelRotation(
  member: Member,
  { keyId }: { keyId: KeyId },
  proof: Proof,
): Promise<Result<{ number: number }>> {
  return inConfirmedTransaction(async (tx) => {
    const { key, isDone } = await beginChange(tx, member, keyId, "cancel-rotation", proof);
    if (isDone) return { number: key.number };
    await retireRow(tx, member, key, "cancelled");
    await notifyOwners(tx, actorOf(member), "key_rotation_cancelled", { number: key.number });
    return { number: key.number };
  });
}
