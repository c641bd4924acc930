import { undoneIfBusy } from "../../platform/db/busy";
import { db, type Tx } from "../../platform/db/db";
import { accept, type Result, RollbackWith, refuse } from "../../platform/result";
import type { Refusal } from "../../words/refusals";
import { countFailure, countSuccess, type Purpose, releaseAttempt, reserveAttempt } from "./attempt-limit";
import { consumePasskey, type PasskeyProof } from "./passkeys/consume";
import { consumeRecoveryCode } from "./recovery";
import { checkCode, isCode, secondsUntilAfter } from "./totp";
import { openSeed } from "./totp-seed";

/*
 * Promise: one code lets one operation through, whatever else is tried with it at the same moment, and an operation that is
 * refused has spent nothing. Attack: one code read over a shoulder and raced against its owner, or one code sent to many
 * actions at once. Judging only looks; the step is burnt by one conditional UPDATE in the operation's own transaction, before
 * it changes anything: a racer waits on the row, finds the step taken, and rolls back. RFC 6238 5.2, ASVS 5.0 6.5.1.
 */
export type Proof =
  | { kind: "totp"; userId: string; step: number }
  | PasskeyProof
  | RecoveryProof
  | { kind: "password"; userId: string }
  | { kind: "none" };

/** Where none is asked. */
export const NO_PROOF = { kind: "none" } as const satisfies Proof;

/** A recovery code that was found unused: its hash, and whom the mail about it names. */
export type RecoveryProof = { kind: "recovery"; userId: string; hash: Uint8Array<ArrayBuffer>; email: string; address: string | null };

/** Looks at a code: a proof to spend, or why not. Counts a wrong code; burns nothing. What is turned away has told nothing of the code, and gives its place back. */
export async function verifyTotp(userId: string, purpose: Purpose, code: string): Promise<Result<Proof>> {
  if (!isCode(code)) return refuse({ code: "code_malformed" });
  const noPlace = await reserveAttempt(userId, purpose);
  if (noPlace) return refuse(noPlace);
  return undoneIfBusy(
    () => judgeInPlace(userId, purpose, code),
    () => releaseAttempt(userId, purpose),
  );
}

async function judgeInPlace(userId: string, purpose: Purpose, code: string): Promise<Result<Proof>> {
  const device = await deviceOf(userId);
  if (!device) {
    await releaseAttempt(userId, purpose);
    return refuse({ code: "codes_disabled" });
  }
  const verdict = checkCode(code, { seed: openSeed(device, userId), at: device.at, lastStep: device.lastStep });
  if (verdict.kind === "wrong") return refuse(await countFailure(userId, purpose));
  if (verdict.kind === "clock_off") return refuse(await countClockOff(userId, purpose, verdict.step));
  if (verdict.kind === "used") {
    await releaseAttempt(userId, purpose);
    return refuse({ code: "code_used", seconds: verdict.seconds });
  }
  await countSuccess(userId, purpose);
  return accept({ kind: "totp", userId, step: verdict.step });
}

/**
 * A wrong code like any, but for what its user is told. Attack: guessing codes of the next two minutes, to enter one that was hit when its time comes;
 * so its step, and every earlier one, counts as used.
 */
async function countClockOff(userId: string, purpose: Purpose, step: number): Promise<Refusal> {
  await db().$executeRaw`
    UPDATE totp_devices SET last_step = ${step} WHERE user_id = ${userId}::uuid AND last_step < ${step}
      AND ${step} > floor(extract(epoch FROM clock_timestamp()) / 30)`;
  const refusal = await countFailure(userId, purpose);
  return refusal.code === "code_wrong" ? { code: "code_clock_off" } : refusal;
}

/** Burns what was judged, in the operation's own transaction: only lib/actions/authorize and the logins do. @throws Refused `code_used`, `passkey_used`, `recovery_code_wrong` */
export async function consumeSecondFactor(tx: Tx, proof: Proof): Promise<void> {
  if (proof.kind === "passkey") return consumePasskey(tx, proof);
  if (proof.kind === "recovery") return consumeRecoveryCode(tx, proof);
  if (proof.kind !== "totp") return;
  const burnt = await tx.$executeRaw`
    UPDATE totp_devices SET last_step = ${proof.step} WHERE user_id = ${proof.userId}::uuid AND last_step < ${proof.step}`;
  if (burnt === 1) return;
  const [row] = await tx.$queryRaw<{ last: number; at: number }[]>`
    SELECT last_step::float8 AS last, extract(epoch FROM clock_timestamp())::float8 AS at FROM totp_devices WHERE user_id = ${proof.userId}::uuid`;
  throw new RollbackWith({ code: "code_used", seconds: row ? secondsUntilAfter(row.last, row.at) : 30 });
}

type Device = { sealedSeed: Uint8Array; keyVersion: number; lastStep: number; at: number };

async function deviceOf(userId: string): Promise<Device | undefined> {
  const [device] = await db().$queryRaw<Device[]>`
    SELECT sealed_seed AS "sealedSeed", key_version AS "keyVersion", last_step::float8 AS "lastStep", extract(epoch FROM clock_timestamp())::float8 AS at
    FROM totp_devices WHERE user_id = ${userId}::uuid`;
  return device;
}
