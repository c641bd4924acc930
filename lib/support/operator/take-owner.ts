import { type AssignableRole, isOwner } from "../../access/roles";
import { record } from "../../audit/record";
import { endSessionsOf } from "../../identity/session/sessions";
import { notify } from "../../mail/enqueue";
import { lockOwners, lockPerson } from "../../merchants/team/locked-team";
import { inTransaction } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";
import { type Result, RollbackWith } from "../../platform/result";
import { lockUser, operatorAt } from "./operator";

type Taking = { email: string; role: AssignableRole };

/**
 * Takes the Owner role from somebody, who keeps another role. The last Owner who can log in keeps
 * it, so that no merchant is left without an Owner.
 */
export function takeOwner(
  operator: string,
  merchantId: MerchantId,
  { email, role }: Taking,
): Promise<Result<{ email: string }>> {
  return inTransaction(async (tx) => {
    const owners = await lockOwners(tx, merchantId);
    const found = await tx.user.findUnique({ where: { email }, select: { id: true } });
    if (!found) throw new RollbackWith(tx, { code: "no_such_user", email });
    const userId = found.id;
    const person = await lockPerson(tx, merchantId, userId);
    if (!person.pending) await lockUser(tx, email);
    if (!isOwner(person.role)) throw new RollbackWith(tx, { code: "not_owner", email });
    if (!person.pending && owners.every((owner) => owner.disabled || owner.userId === userId))
      throw new RollbackWith(tx, { code: "last_owner" });

    const acting = operatorAt(operator, merchantId);
    const { pending } = person;
    if (pending) await tx.invitation.updateMany({ where: { merchantId, userId, acceptedAt: null }, data: { role } });
    else
      await tx.membership.update({
        where: { merchantId_userId: { merchantId, userId } },
        data: { role },
        select: { userId: true },
      });
    await record(tx, acting, "owner.taken", { subjectId: userId, data: { after: role, pending } });
    if (pending) return { email };
    await endSessionsOf(tx, userId, { reason: "role_changed" });
    const data = { merchantId, by: acting.email, from: null, before: "owner", after: role } as const;
    await notify(tx, { to: { userId }, template: "role_changed", data });
    return { email };
  });
}
