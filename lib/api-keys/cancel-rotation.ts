import type { Member } from "../access/member";
import { confirmed } from "../confirmed";
import { actOf, notifyOwners } from "../notifications/outbox";
import type { Result } from "../result";
import type { Proof } from "../two-factor/challenge";
import { beginChange } from "./begin-change";
import { retireRow } from "./retire";

/**
 * Ends a rotation: the pair on standby, which no gateway ever accepted, is retired, and the active
 * key stays. Harmless when repeated. A request that takes over at the same moment waits for the row,
 * or has it first.
 */
export function cancelRotation(member: Member, { keyId }: { keyId: string }, proof: Proof): Promise<Result<{ number: number }>> {
  return confirmed(async (tx) => {
    const { key, isDone } = await beginChange(tx, member, keyId, "cancel-rotation", proof);
    if (isDone) return { number: key.number };
    await retireRow(tx, member, key, "cancelled");
    await notifyOwners(tx, actOf(member), "key_rotation_cancelled", { number: key.number });
    return { number: key.number };
  });
}
