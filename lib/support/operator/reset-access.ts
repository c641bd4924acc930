import { randomBytes } from "node:crypto";
import type { AuditEvent } from "../../audit/events";
import { record } from "../../audit/record";
import { endSessionsOf } from "../../identity/session/sessions";
import { notify } from "../../mail/enqueue";
import { type TemporaryPassword, temporaryPassword } from "../../merchants/team/invitation";
import { hashingTurn } from "../../platform/crypto/password";
import { inTransaction, type Tx } from "../../platform/db/db";
import { type Result, RollbackWith, refuse } from "../../platform/result";
import { type LockedUser, lockUser, operatorOn } from "./operator";

/*
 * Promise: a user whose access is reset needs two things that come separately: a link by mail and
 * a temporary password from the operator. The old password is invalid from this moment. If 2FA is
 * reset, nothing can replace a code either: device, passkeys and recovery codes are deleted.
 * Attack: somebody talks Support into a reset but has only one of the two.
 * ASVS 5.0: 6.4.3, 6.4.4, 6.4.6.
 */
export type AccessReset = { email: string; temporaryPassword: string; until: string };

/**
 * Resets a lost password. The 2FA device is kept, and its code is needed to log in. After a reset
 * of 2FA there may be none.
 */
export const resetPassword = (operator: string, email: string, reason: string): Promise<Result<AccessReset>> =>
  letBackIn(operator, email, "password.reset", reason, async (_, { device }) => device);

/** Resets a lost 2FA device. The next login sets a new password and sets up a new device. */
export const resetTwoFactor = (operator: string, email: string, reason: string): Promise<Result<AccessReset>> =>
  letBackIn(operator, email, "two_factor.reset", reason, async (tx, { userId }) => {
    await tx.totpDevice.deleteMany({ where: { userId } });
    await tx.passkey.deleteMany({ where: { userId } });
    await tx.recoveryCode.deleteMany({ where: { userId } });
    await tx.$executeRaw`DELETE FROM device_moves WHERE user_id = ${userId}::uuid`;
    await notify(tx, { to: { userId }, template: "device_changed", data: { by: "Support", from: null, reset: true } });
    return false;
  });

/** Returns whether the user has a 2FA device afterwards. */
type Reset = (tx: Tx, user: LockedUser) => Promise<boolean>;

async function letBackIn(
  operator: string,
  email: string,
  event: AuditEvent,
  reason: string,
  reset: Reset,
): Promise<Result<AccessReset>> {
  const temporary = await temporaryPassword(email);
  const unknown = randomBytes(32).toString("base64url");
  const nobodys = await hashingTurn({ lane: "logged-in", subject: email }, (hasher) => hasher.hash(unknown));
  if (!temporary || !nobodys) return refuse({ code: "passwords_busy" });
  return inTransaction(async (tx) => {
    const user = await lockUser(tx, email);
    if (user.disabled) throw new RollbackWith(tx, { code: "user_disabled", email });
    if (!user.password) throw new RollbackWith(tx, { code: "never_logged_in", email });
    const keepsDevice = await reset(tx, user);
    await tx.password.update({
      where: { userId: user.userId },
      data: { hash: nobodys, temporary: true },
      select: { userId: true },
    });
    await record(tx, operatorOn(operator), event, { subjectId: user.userId, data: { reason } });
    await endSessionsOf(tx, user.userId, { reason: "reset" });
    return open(tx, user, temporary, keepsDevice);
  });
}

/** Opens the only valid reset: an earlier link becomes invalid. */
async function open(
  tx: Tx,
  { userId, email }: LockedUser,
  temporary: TemporaryPassword,
  keepsDevice: boolean,
): Promise<AccessReset> {
  await tx.invitation.deleteMany({ where: { userId, merchantId: null, acceptedAt: null } });
  const { id, expiresAt } = await tx.invitation.create({
    data: { userId, temporaryHash: temporary.hash },
    select: { id: true, expiresAt: true },
  });
  await notify(tx, { to: { userId }, template: "way_back", data: { invitationId: id, keepsDevice } });
  return { email, temporaryPassword: temporary.plain, until: expiresAt.toISOString() };
}
