import type { Operator } from "../../access/member";
import type { Tx } from "../../platform/db/db";
import type { MerchantId, UserId } from "../../platform/ids";
import { RollbackWith } from "../../platform/result";

/** An operator acting at a merchant. */
export const operatorAt = (operator: string, merchantId: MerchantId): Operator => ({
  ...{ kind: "operator", operator, merchantId, email: "Support", userId: null, sessionId: null, address: null },
});

/** An operator acting on a person. Every merchant of that person sees the event. */
export const operatorOn = (operator: string) => ({ kind: "operator", operator }) as const;

export type LockedUser = { userId: UserId; email: string; disabled: boolean; password: boolean; device: boolean };

/** Finds a user by email and locks the row. @throws RollbackWith `no_such_user` */
export async function lockUser(tx: Tx, email: string): Promise<LockedUser> {
  const [user] = await tx.$queryRaw<LockedUser[]>`
    SELECT u.id AS "userId", u.email, u.disabled_at IS NOT NULL AS disabled, EXISTS (SELECT FROM passwords p WHERE p.user_id = u.id) AS password,
      EXISTS (SELECT FROM totp_devices d WHERE d.user_id = u.id) AS device
    FROM users u WHERE u.email = ${email} FOR NO KEY UPDATE OF u`;
  if (!user) throw new RollbackWith(tx, { code: "no_such_user", email });
  return user;
}
