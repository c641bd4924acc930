import type { Member } from "../../access/member";
import { isOwner } from "../../access/roles";
import { record } from "../../audit/record";
import type { Proof } from "../../identity/second-factor/challenge";
import { endSessionsOf } from "../../identity/session/sessions";
import { notify } from "../../mail/enqueue";
import { inTransaction } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import { type Result, RollbackWith } from "../../platform/result";
import { authorizeOn } from "./locked-team";

/**
 * Removes a member, or withdraws an invitation. Keys belong to the merchant and are not changed.
 * The rows of all Owners are locked first, so that one remains if two Owners remove each other at
 * once.
 */
export function removeUser(
  member: Member,
  { userId }: { userId: UserId },
  proof: Proof,
): Promise<Result<{ email: string }>> {
  return inTransaction(async (tx) => {
    const { owners, person } = await authorizeOn(tx, member, userId, proof);
    const { email, role, pending } = person;
    const { merchantId, email: by, address: from } = member;
    // Removing another Owner leaves the acting one, so only an Owner who leaves can be the last.
    if (isOwner(role) && userId === member.userId && owners < 2) throw new RollbackWith(tx, { code: "last_owner" });

    await tx.membership.deleteMany({ where: { merchantId, userId } });
    await tx.invitation.deleteMany({ where: { merchantId, userId, acceptedAt: null } });
    await record(tx, member, "team.removed", { subjectId: userId, data: { role, pending } });
    if (pending) return { email };
    await endSessionsOf(tx, userId, { reason: "removed" });
    await notify(tx, { to: { userId }, template: "removed", data: { merchantId, by, from } });
    return { email };
  });
}
