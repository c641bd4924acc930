import type { Member } from "../../access/member";
import type { Role } from "../../access/roles";
import { holdSession } from "../../actions/authorize";
import { Prisma } from "../../generated/prisma/client";
import { consumeSecondFactor, type Proof } from "../../identity/second-factor/challenge";
import type { Tx } from "../../platform/db/db";
import { RollbackWith } from "../../platform/result";

/** Somebody of a merchant as a change finds them: a member, or invited and not come yet. */
export type Person = { userId: string; email: string; role: Role; pending: boolean };

/**
 * What lib/actions/authorize does for every operation, and the person it is about, in the same order: two Owners who change each other wait for each other,
 * at whichever merchants. Answers how many Owners may log in. @throws Refused `not_found`, `logged_out`
 */
export async function authorizeOn(tx: Tx, member: Member, userId: string, proof: Proof): Promise<{ owners: number; person: Person }> {
  const owners = await lockOwners(tx, member);
  const person = await lockPerson(tx, member.merchantId, userId);
  // Whoever is invited takes the invitation up with their user locked first; it ends no session of theirs.
  const users = person.pending ? [member.userId] : [member.userId, person.userId];
  await holdSession(tx, member, Prisma.sql`id = ANY (${users}::uuid[])`);
  await consumeSecondFactor(tx, proof);
  return { owners, person };
}

/** The same for emails that may have no user yet. */
export async function authorizeInviting(tx: Tx, member: Member, emails: string[], proof: Proof): Promise<void> {
  await lockOwners(tx, member);
  await holdSession(tx, member, Prisma.sql`id = ${member.userId}::uuid OR email = ANY (${emails}::text[])`);
  await consumeSecondFactor(tx, proof);
}

/**
 * Locks the Owners of a merchant until the transaction ends, in one order, so that changes to a team come one after the other. Answers how many
 * may log in. @throws Refused `not_found` when the member is none of them any more
 */
async function lockOwners(tx: Tx, { merchantId, userId }: Pick<Member, "merchantId" | "userId">): Promise<number> {
  const owners = await tx.$queryRaw<{ userId: string; disabled: boolean }[]>`
    SELECT m.user_id AS "userId", u.disabled_at IS NOT NULL AS disabled FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.merchant_id = ${merchantId}::uuid AND m.role = 'owner' ORDER BY m.user_id FOR UPDATE OF m`;
  if (!owners.some((owner) => owner.userId === userId)) throw new RollbackWith({ code: "not_found" });
  return owners.filter(({ disabled }) => !disabled).length;
}

/** Finds and locks somebody of the merchant. @throws Refused `not_found`, for another merchant's people as for nobody */
export async function lockPerson(tx: Tx, merchantId: string, userId: string): Promise<Person> {
  const [person] = await tx.$queryRaw<Person[]>`
    SELECT m.user_id AS "userId", u.email, m.role::text AS role, false AS pending FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.merchant_id = ${merchantId}::uuid AND m.user_id = ${userId}::uuid FOR UPDATE OF m`;
  const [invited] = person
    ? []
    : await tx.$queryRaw<Person[]>`
        SELECT i.user_id AS "userId", u.email, i.role::text AS role, true AS pending FROM invitations i JOIN users u ON u.id = i.user_id
        WHERE i.merchant_id = ${merchantId}::uuid AND i.user_id = ${userId}::uuid AND i.accepted_at IS NULL FOR UPDATE OF i`;
  const found = person ?? invited;
  if (!found) throw new RollbackWith({ code: "not_found" });
  return found;
}
