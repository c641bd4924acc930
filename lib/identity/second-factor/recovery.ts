import { record } from "../../audit/record";
import { notify } from "../../mail/enqueue";
import { undoneIfBusy } from "../../platform/db/busy";
import { db, type Tx } from "../../platform/db/db";
import { limit } from "../../platform/rate-limit";
import { accept, type Result, RollbackWith, refuse } from "../../platform/result";
import type { Proof, RecoveryProof } from "./challenge";
import { readRecoveryCode, recoveryCodeHash } from "./recovery-code";

/*
 * Promise: a recovery code lets one login or one move of the device through, whatever else is tried with it at the same moment, and its
 * user hears of it by mail. Attack: one found code raced against its owner or against itself. Judging only looks; the code is burnt by one
 * conditional UPDATE in the transaction of what it is used for, so a use that is refused has spent nothing. ASVS 5.0: 6.3.1, 6.5.1.
 */
const tries = limit("recovery-code", 10, 15 * 60);

export type Claimant = { userId: string; email: string; address: string | null };

/** Looks at a code: a proof to spend, or why not. Burns nothing. */
export async function verifyRecoveryCode({ userId, email, address }: Claimant, text: string): Promise<Result<Proof>> {
  const seconds = await tries.take(userId);
  if (seconds !== null) return refuse({ code: "too_many_recovery_codes", seconds });
  const code = readRecoveryCode(text);
  if (!code) return refuse({ code: "recovery_code_wrong" });
  const hash = recoveryCodeHash(userId, code);
  const look = () => db().recoveryCode.findFirst({ where: { userId, hash, usedAt: null }, select: { id: true } });
  const found = await undoneIfBusy(look, () => tries.release(userId));
  return found ? accept({ kind: "recovery", userId, hash, email, address }) : refuse({ code: "recovery_code_wrong" });
}

/** What judging a proof counted, given back: what it was for was turned away. Of the others nothing is counted. */
export async function releaseProof(proof: Proof): Promise<void> {
  if (proof.kind === "recovery") await tries.release(proof.userId);
}

/** Burns a code, and tells its user. @throws Refused `recovery_code_wrong` */
export async function consumeRecoveryCode(tx: Tx, { userId, hash, email, address }: RecoveryProof): Promise<void> {
  const burnt = await tx.$executeRaw`
    UPDATE recovery_codes SET used_at = now() WHERE user_id = ${userId}::uuid AND hash = ${hash} AND used_at IS NULL`;
  if (burnt !== 1) throw new RollbackWith({ code: "recovery_code_wrong" });
  const left = await tx.recoveryCode.count({ where: { userId, usedAt: null } });
  await record(tx, { userId, address }, "recovery_code.used", { data: { left } });
  await notify(tx, { to: { userId }, template: "recovery_code_used", data: { by: email, from: address, left } });
}
