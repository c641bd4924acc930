import type { Operator } from "../../access/member";
import { isOwner } from "../../access/roles";
import { record } from "../../audit/record";
import { endSessionsOf } from "../../identity/session/sessions";
import { notify } from "../../mail/enqueue";
import { openInvitation, type TemporaryPassword, temporaryPassword } from "../../merchants/team/invitation";
import { inTransaction, type Tx } from "../../platform/db/db";
import type { MerchantId, UserId } from "../../platform/ids";
import { type Result, RollbackWith, refuse } from "../../platform/result";
import { lockUser, operatorAt } from "./operator";

/**
 * `granted`: a member, who has the role at once. `asked`: has an account and accepts on the
 * Merchants page. `invited`: has no account and logs in first with the temporary password.
 */
export type Given = { email: string } & (
  | { how: "granted" | "asked" }
  | { how: "invited"; temporaryPassword: string; until: string }
);

/** Gives the Owner role: at once to a member; anybody else is invited, or invited again. */
export async function giveOwner(operator: string, merchantId: MerchantId, email: string): Promise<Result<Given>> {
  const temporary = await temporaryPassword(email);
  if (!temporary) return refuse({ code: "passwords_busy" });
  return inTransaction((tx) => makeOwner(tx, operatorAt(operator, merchantId), email, temporary));
}

/**
 * The same, inside the caller's transaction, such as the one that creates the merchant.
 * @throws RollbackWith `already_owner`
 */
export async function makeOwner(
  tx: Tx,
  operator: Operator,
  email: string,
  temporary: TemporaryPassword,
): Promise<Given> {
  const { merchantId, email: by } = operator;
  const [member] = await tx.$queryRaw<
    { userId: UserId; role: "owner" | "limits" | "exchange" | "view" | "restricted" }[]
  >`
    SELECT m.user_id AS "userId", m.role::text AS role FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.merchant_id = ${merchantId}::uuid AND u.email = ${email} FOR UPDATE OF m`;
  if (!member) return invite(tx, operator, email, temporary);
  const { userId, role: before } = member;
  await lockUser(tx, email);
  if (isOwner(before)) throw new RollbackWith(tx, { code: "already_owner", email });
  await tx.membership.update({
    where: { merchantId_userId: { merchantId, userId } },
    data: { role: "owner" },
    select: { userId: true },
  });
  await record(tx, operator, "owner.granted", { subjectId: userId, data: { before } });
  await endSessionsOf(tx, userId, { reason: "role_changed" });
  await notify(tx, {
    to: { userId },
    template: "role_changed",
    data: { merchantId, by, from: null, before, after: "owner" },
  });
  return { email, how: "granted" };
}

async function invite(tx: Tx, operator: Operator, email: string, temporary: TemporaryPassword): Promise<Given> {
  const { merchantId, email: byName } = operator;
  const opened = await openInvitation(tx, { merchantId, email, role: "owner", by: null, byName }, temporary);
  if (!opened) throw new RollbackWith(tx, { code: "already_member", emails: [email] });
  await record(tx, operator, "team.invited", { subjectId: opened.userId, data: { role: "owner" } });
  const account = await tx.password.findUnique({ where: { userId: opened.userId }, select: { userId: true } });
  if (account) return { email, how: "asked" };
  return { email, how: "invited", temporaryPassword: temporary.plain, until: opened.expiresAt.toISOString() };
}
