import type { Acting, Member } from "../access/member";
import { Prisma } from "../generated/prisma/client";
import { consumeSecondFactor, type Proof } from "../identity/second-factor/challenge";
import { LIVE, type Session } from "../identity/session/sessions";
import type { Tx } from "../platform/db/db";
import { RollbackWith } from "../platform/result";
import type { CurrentUser } from "./own-action";

/*
 * Promise: what somebody may do is decided in the transaction that does it. The first statements of
 * every operation re-read membership, user and session, and lock them until COMMIT; then the second
 * factor is consumed. Attack: an Owner who is removed, given another role, disabled or logged out
 * while a request of theirs is on its way, after its check and before its change. Whoever takes
 * access away waits for such an operation, or goes first and is seen by it. ASVS 5.0: 7.4.1, 8.3.1.
 *
 * Every transaction locks in one order, so that two of them never wait for each other:
 * memberships, users, sessions, second factors, passwords, invitations, keys, reveals.
 */

/** @throws Refused `not_found` after a removal or another role, `logged_out` after the session */
export async function authorize(tx: Tx, acting: Acting, proof: Proof): Promise<void> {
  if (!("kind" in acting)) await holdMember(tx, acting);
  await consumeSecondFactor(tx, proof);
}

/**
 * The same for users acting for themselves, one operation after the other: some end the user's
 * other sessions. @throws Refused `logged_out`
 */
export async function authorizeSelf(tx: Tx, self: CurrentUser, proof: Proof, stage: Session["stage"] = "full"): Promise<void> {
  await holdSession(tx, self, Prisma.sql`id = ${self.userId}::uuid`, stage);
  await consumeSecondFactor(tx, proof);
}

/** Each part is read where the next one needs it, and so locked before it. */
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
  if (!held?.member) throw new RollbackWith({ code: "not_found" });
  if (!held.session) throw new RollbackWith({ code: "logged_out" });
}

/**
 * Locks the session and, before it and in one order, every user whose sessions the operation may
 * end, and its own. @throws Refused `logged_out`
 */
export async function holdSession(
  tx: Tx,
  { userId, sessionId }: { userId: string; sessionId: string },
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
  if (!held?.session) throw new RollbackWith({ code: "logged_out" });
}
