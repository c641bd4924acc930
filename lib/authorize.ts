import type { Acting } from "./access/member";
import type { Tx } from "./db";
import type { Self } from "./perform-own";
import { Refused } from "./result";
import { holdSession, type Session } from "./session/sessions";
import { type Proof, spendProof } from "./two-factor/challenge";

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
  if (!("kind" in acting)) {
    const { merchantId, userId, role } = acting;
    const held = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM memberships WHERE merchant_id = ${merchantId}::uuid AND user_id = ${userId}::uuid AND role = ${role}::"Role" FOR SHARE`;
    if (held.length === 0) throw new Refused({ code: "not_found" });
    await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR SHARE`;
    await holdSession(tx, acting);
  }
  await spendProof(tx, proof);
}

/**
 * The same for users acting for themselves, one operation after the other: some end the user's
 * other sessions. @throws Refused `logged_out`
 */
export async function authorizeSelf(tx: Tx, self: Self, proof: Proof, stage: Session["stage"] = "full"): Promise<void> {
  await lockUsers(tx, [self.userId]);
  await holdSession(tx, self, stage);
  await spendProof(tx, proof);
}

/** Locks users until the transaction ends, in one order: who ends a session of theirs waits. */
export async function lockUsers(tx: Tx, userIds: string[]): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM users WHERE id = ANY (${userIds}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
}
