import { record } from "../../audit/record";
import { notify } from "../../mail/enqueue";
import { undoIfBusy } from "../../platform/db/busy";
import { db, type Tx } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import { limit } from "../../platform/rate-limit";
import { accept, type Result, RollbackWith, refuse } from "../../platform/result";
import type { Proof, RecoveryProof } from "./challenge";
import { readRecoveryCode, recoveryCodeHash } from "./recovery-code";

/*
 * Promise: a recovery code authorizes one login or one device move, even if several requests use
 * it at the same moment, and its user gets a mail about it. Attack: somebody who finds a code
 * races its owner, or sends it several times at once. Verifying only reads. One conditional
 * UPDATE consumes the code in the transaction of the login or move, so that a refused one does
 * not use it up. ASVS 5.0: 6.3.1, 6.5.1.
 */
const tries = limit("recovery-code", 10, 15 * 60);

export type Claimant = { userId: UserId; email: string; address: string | null };

/** Verifies a code and returns a proof to consume, or a refusal. Nothing is consumed. */
export async function verifyRecoveryCode({ userId, email, address }: Claimant, text: string): Promise<Result<Proof>> {
  const seconds = await tries.take(userId);
  if (seconds !== null) return refuse({ code: "too_many_recovery_codes", seconds });
  const code = readRecoveryCode(text);
  if (!code) return refuse({ code: "recovery_code_wrong" });
  const hash = recoveryCodeHash(userId, code);
  const look = () => db().recoveryCode.findFirst({ where: { userId, hash, usedAt: null }, select: { id: true } });
  const found = await undoIfBusy(look, () => tries.release(userId));
  return found ? accept({ kind: "recovery", userId, hash, email, address }) : refuse({ code: "recovery_code_wrong" });
}

/**
 * Releases the attempt that verifying the proof counted. Called if the database was too busy for
 * the operation. Only a recovery code has an attempt left to release at that point.
 */
export async function releaseProof(proof: Proof): Promise<void> {
  if (proof.kind === "recovery") await tries.release(proof.userId);
}

/** Consumes a code and notifies its user. @throws RollbackWith `recovery_code_wrong` */
export async function consumeRecoveryCode(tx: Tx, { userId, hash, email, address }: RecoveryProof): Promise<void> {
  const burnt = await tx.$executeRaw`
    UPDATE recovery_codes SET used_at = now() WHERE user_id = ${userId}::uuid AND hash = ${hash} AND used_at IS NULL`;
  if (burnt !== 1) throw new RollbackWith(tx, { code: "recovery_code_wrong" });
  const left = await tx.recoveryCode.count({ where: { userId, usedAt: null } });
  await record(tx, { userId, address }, "recovery_code.used", { data: { left } });
  await notify(tx, { to: { userId }, template: "recovery_code_used", data: { by: email, from: address, left } });
}
