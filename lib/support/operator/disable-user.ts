import { record } from "../../audit/record";
import { endSessionsOf } from "../../identity/session/sessions";
import { notify } from "../../mail/enqueue";
import { inTransaction } from "../../platform/db/db";
import { type Result, RollbackWith } from "../../platform/result";
import { lockUser, operatorOn } from "./operator";

/** Locks a user out of every merchant at once. Keys belong to the merchants and do not change. */
export function disableUser(
  operator: string,
  email: string,
  reason: string,
): Promise<Result<{ email: string; ended: number }>> {
  return inTransaction(async (tx) => {
    const { userId, disabled } = await lockUser(tx, email);
    if (disabled) throw new RollbackWith(tx, { code: "user_disabled", email });
    await tx.$executeRaw`UPDATE users SET disabled_at = now() WHERE id = ${userId}::uuid`;
    await record(tx, operatorOn(operator), "user.disabled", { subjectId: userId, data: { reason } });
    const ended = await endSessionsOf(tx, userId, { reason: "disabled" });
    await notify(tx, { to: { userId }, template: "disabled", data: { by: "Support", from: null } });
    return { email, ended };
  });
}

/** Reverses `disableUser`: the user can log in as before. */
export function enableUser(operator: string, email: string, reason: string): Promise<Result<{ email: string }>> {
  return inTransaction(async (tx) => {
    const { userId, disabled } = await lockUser(tx, email);
    if (!disabled) throw new RollbackWith(tx, { code: "user_not_disabled", email });
    await tx.user.update({ where: { id: userId }, data: { disabledAt: null }, select: { id: true } });
    await record(tx, operatorOn(operator), "user.enabled", { subjectId: userId, data: { reason } });
    return { email };
  });
}
