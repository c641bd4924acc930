import type { Member } from "../../access/member";
import { type AssignableRole, isOwner } from "../../access/roles";
import { record } from "../../audit/record";
import type { Proof } from "../../identity/second-factor/challenge";
import { endSessionsOf } from "../../identity/session/sessions";
import { notify } from "../../mail/enqueue";
import { inTransaction } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import { type Result, RollbackWith } from "../../platform/result";
import { authorizeOn } from "./locked-team";

export type RoleChange = { userId: UserId; role: AssignableRole };

/**
 * Changes the role of a member or of an invitation. It ends all sessions of a member. Saving the
 * present role changes nothing.
 */
export function changeRole(
  member: Member,
  { userId, role }: RoleChange,
  proof: Proof,
): Promise<Result<{ email: string }>> {
  return inTransaction(async (tx) => {
    const { person } = await authorizeOn(tx, member, userId, proof);
    const { merchantId, email: by, address: from } = member;
    if (person.userId === member.userId) throw new RollbackWith(tx, { code: "own_role" });
    if (isOwner(person.role)) throw new RollbackWith(tx, { code: "owner_by_support" });
    const { email, role: before, pending } = person;
    if (before === role) return { email };

    if (pending) await tx.invitation.updateMany({ where: { merchantId, userId, acceptedAt: null }, data: { role } });
    else
      await tx.membership.update({
        where: { merchantId_userId: { merchantId, userId } },
        data: { role },
        select: { userId: true },
      });
    await record(tx, member, "team.role_changed", { subjectId: userId, data: { before, after: role, pending } });
    if (pending) return { email };
    await endSessionsOf(tx, userId, { reason: "role_changed" });
    await notify(tx, { to: { userId }, template: "role_changed", data: { merchantId, by, from, before, after: role } });
    return { email };
  });
}
