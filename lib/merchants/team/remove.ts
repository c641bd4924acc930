import type { Member } from "../../access/member";
import { isOwner } from "../../access/roles";
import { record } from "../../audit/record";
import type { Proof } from "../../identity/second-factor/challenge";
import { endSessionsOf } from "../../identity/session/sessions";
import { notify } from "../../mail/enqueue";
import { inTransaction } from "../../platform/db/db";
import { type Result, RollbackWith } from "../../platform/result";
import { authorizeOn } from "./locked-team";

/**
 * Takes somebody's access to the merchant, or withdraws their invitation. The merchant's keys are its own and stay as they are. Owners lock each
 * other's rows first, so that two who remove each other at once leave one.
 */
export function removeUser(member: Member, { userId }: { userId: string }, proof: Proof): Promise<Result<{ email: string }>> {
  return inTransaction(async (tx) => {
    const { owners, person } = await authorizeOn(tx, member, userId, proof);
    const { email, role, pending } = person;
    const { merchantId, email: by, address: from } = member;
    // Another Owner is removed by one who stays; only who leaves can be the last.
    if (isOwner(role) && userId === member.userId && owners < 2) throw new RollbackWith({ code: "last_owner" });

    await tx.membership.deleteMany({ where: { merchantId, userId } });
    await tx.invitation.deleteMany({ where: { merchantId, userId, acceptedAt: null } });
    await record(tx, member, "team.removed", { subjectId: userId, data: { role, pending } });
    if (pending) return { email };
    await endSessionsOf(tx, userId, { reason: "removed" });
    await notify(tx, { to: { userId }, template: "removed", data: { merchantId, by, from } });
    return { email };
  });
}
