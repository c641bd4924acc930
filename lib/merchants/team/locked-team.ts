import type { Member } from "../../access/member";
import type { Role } from "../../access/roles";
import { lockSession } from "../../actions/authorize";
import { Prisma } from "../../generated/prisma/client";
import { consumeSecondFactor, type Proof } from "../../identity/second-factor/challenge";
import type { Tx } from "../../platform/db/db";
import type { MerchantId, UserId } from "../../platform/ids";
import { RollbackWith } from "../../platform/result";

/** A member of a merchant, or an invited person who has not accepted yet (`pending`). */
export type Person = { userId: UserId; email: string; role: Role; pending: boolean };

/**
 * Does what lib/actions/authorize does for every operation, and also locks the person that the
 * operation changes. It takes its locks in the same order, so that two Owners who change each
 * other, even at different merchants, wait instead of deadlocking. `owners` is the number of
 * Owners who can log in. @throws RollbackWith `not_found`, `logged_out`, and what
 * consumeSecondFactor throws
 */
export async function authorizeOn(
  tx: Tx,
  member: Member,
  userId: UserId,
  proof: Proof,
): Promise<{ owners: number; person: Person }> {
  const owners = await lockOwnersFor(tx, member);
  const person = await lockPerson(tx, member.merchantId, userId);
  // The user of an invited person is not locked: accepting locks the user before the invitation,
  // which is already locked here, so the two could deadlock. No session of theirs is ended anyway.
  const users = person.pending ? [member.userId] : [member.userId, person.userId];
  await lockSession(tx, member, Prisma.sql`id = ANY (${users}::uuid[])`);
  await consumeSecondFactor(tx, proof);
  return { owners, person };
}

/** The same for emails, which may have no user yet. */
export async function authorizeInviting(tx: Tx, member: Member, emails: string[], proof: Proof): Promise<void> {
  await lockOwnersFor(tx, member);
  await lockSession(tx, member, Prisma.sql`id = ${member.userId}::uuid OR email = ANY (${emails}::text[])`);
  await consumeSecondFactor(tx, proof);
}

/**
 * Returns how many of the merchant's Owners can log in. @throws RollbackWith `not_found` if the
 * member is no longer an Owner
 */
async function lockOwnersFor(tx: Tx, { merchantId, userId }: Pick<Member, "merchantId" | "userId">): Promise<number> {
  const owners = await lockOwners(tx, merchantId);
  if (!owners.some((owner) => owner.userId === userId)) throw new RollbackWith(tx, { code: "not_found" });
  return owners.filter(({ disabled }) => !disabled).length;
}

/**
 * Locks a merchant's Owners until the transaction ends. Changes to a team run one after the other:
 * each locks the merchant first, in a statement of its own. So it finds its rows after the change
 * before it is committed. Otherwise it could hold the membership of somebody who is no Owner any
 * more and wait for an Owner, and another change the other way round.
 */
export async function lockOwners(tx: Tx, merchantId: MerchantId): Promise<{ userId: UserId; disabled: boolean }[]> {
  await tx.$executeRaw`SELECT FROM merchants WHERE id = ${merchantId}::uuid FOR NO KEY UPDATE`;
  return tx.$queryRaw<{ userId: UserId; disabled: boolean }[]>`
    SELECT m.user_id AS "userId", u.disabled_at IS NOT NULL AS disabled FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.merchant_id = ${merchantId}::uuid AND m.role = 'owner' ORDER BY m.user_id FOR UPDATE OF m`;
}

/** Finds and locks a member or invited person. @throws RollbackWith `not_found` */
export async function lockPerson(tx: Tx, merchantId: MerchantId, userId: UserId): Promise<Person> {
  const [person] = await tx.$queryRaw<Person[]>`
    SELECT m.user_id AS "userId", u.email, m.role::text AS role, false AS pending FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.merchant_id = ${merchantId}::uuid AND m.user_id = ${userId}::uuid FOR UPDATE OF m`;
  const [invited] = person
    ? []
    : await tx.$queryRaw<Person[]>`
        SELECT i.user_id AS "userId", u.email, i.role::text AS role, true AS pending FROM invitations i JOIN users u ON u.id = i.user_id
        WHERE i.merchant_id = ${merchantId}::uuid AND i.user_id = ${userId}::uuid AND i.accepted_at IS NULL FOR UPDATE OF i`;
  const found = person ?? invited;
  if (!found) throw new RollbackWith(tx, { code: "not_found" });
  return found;
}
