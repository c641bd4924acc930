import type { Acting, Member } from "../access/member";
import { Prisma } from "../generated/prisma/client";
import { consumeSecondFactor, type Proof } from "../identity/second-factor/challenge";
import { LIVE, type Session } from "../identity/session/sessions";
import type { Tx } from "../platform/db/db";
import type { SessionId, UserId } from "../platform/ids";
import { RollbackWith } from "../platform/result";
import type { CurrentUser } from "./own-action";

/*
 * Promise: every change is authorized inside the transaction that makes it. The first statements
 * of an operation re-read the membership, the user and the session, and lock them until COMMIT.
 * Then the operation consumes the second factor. Attack: an Owner is removed, given another role,
 * disabled or logged out after the check of a running request and before its change. A transaction
 * that revokes access either waits for the operation, or commits first and the operation sees it.
 * ASVS 5.0: 7.4.1, 8.3.1.
 *
 * Every transaction takes its locks in the same order, so that no two can deadlock: merchants,
 * memberships, users, sessions, second factors, passwords, invitations, keys, reveals. The keys of
 * a merchant are locked in the order of their ids.
 */

/**
 * @throws RollbackWith `not_found` if the member was removed or has another role, `logged_out` if
 * the session has ended or the user is disabled, and what consumeSecondFactor throws
 */
export async function authorize(tx: Tx, acting: Acting, proof: Proof): Promise<void> {
  if (!("kind" in acting)) await holdMember(tx, acting);
  await consumeSecondFactor(tx, proof);
}

/**
 * The same for a user's own actions. They run one at a time per user, because some of them end the
 * user's other sessions. @throws RollbackWith `logged_out`, and what consumeSecondFactor throws
 */
export async function authorizeSelf(
  tx: Tx,
  self: CurrentUser,
  proof: Proof,
  stage: Session["stage"] = "full",
): Promise<void> {
  await lockSession(tx, self, Prisma.sql`id = ${self.userId}::uuid`, stage);
  await consumeSecondFactor(tx, proof);
}

/** Each CTE needs the rows of the one before it, so the locks are taken in the order above. */
async function holdMember(tx: Tx, { userId, merchantId, role, sessionId }: Member): Promise<void> {
  const [held] = await tx.$queryRaw<{ member: boolean; session: boolean }[]>`
    WITH m AS MATERIALIZED (
      SELECT user_id FROM memberships
      WHERE merchant_id = ${merchantId}::uuid AND user_id = ${userId}::uuid AND role = ${role}::"Role" FOR SHARE
    ), u AS MATERIALIZED (
      SELECT id FROM users WHERE id = (SELECT user_id FROM m) AND disabled_at IS NULL FOR SHARE
    ), s AS MATERIALIZED (
      SELECT id FROM sessions s WHERE id = ${sessionId}::uuid AND user_id = (SELECT id FROM u) AND stage = 'full' AND ${LIVE} FOR SHARE
    )
    SELECT EXISTS (SELECT FROM m) AS member, EXISTS (SELECT FROM s) AS session`;
  if (!held?.member) throw new RollbackWith(tx, { code: "not_found" });
  if (!held.session) throw new RollbackWith(tx, { code: "logged_out" });
}

/**
 * Locks the users, ordered by id, and then the session. `users` selects the session's own user and
 * every user whose sessions the operation may end. @throws RollbackWith `logged_out`
 */
export async function lockSession(
  tx: Tx,
  { userId, sessionId }: { userId: UserId; sessionId: SessionId },
  users: Prisma.Sql,
  stage: Session["stage"] = "full",
): Promise<void> {
  const [held] = await tx.$queryRaw<{ session: boolean }[]>`
    WITH u AS MATERIALIZED (
      SELECT id, disabled_at FROM users WHERE ${users} ORDER BY id FOR NO KEY UPDATE
    ), s AS MATERIALIZED (
      SELECT id FROM sessions s
      WHERE id = ${sessionId}::uuid AND user_id = (SELECT id FROM u WHERE id = ${userId}::uuid AND disabled_at IS NULL)
        AND stage = ${stage}::"SessionStage" AND ${LIVE} FOR SHARE
    )
    SELECT EXISTS (SELECT FROM s) AS session`;
  if (!held?.session) throw new RollbackWith(tx, { code: "logged_out" });
}
