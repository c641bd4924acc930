import { undoIfBusy } from "../../platform/db/busy";
import { db, type Tx } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import { accept, type Result, RollbackWith, refuse } from "../../platform/result";
import type { Refusal } from "../../words/refusals/refusals";
import { countFailure, countSuccess, type Purpose, releaseAttempt, reserveAttempt } from "./attempt-limit";
import { consumePasskey, type PasskeyProof } from "./passkeys/consume";
import { consumeRecoveryCode } from "./recovery";
import { checkCode, isCode, secondsUntilAfter } from "./totp";
import { openSeed } from "./totp-seed";

/*
 * Promise: one code authorizes one operation, even if several requests use it at the same moment,
 * and a refused operation does not use the code up. Attack: somebody reads a code over a shoulder
 * and races its owner, or sends one code to many actions at once. Verifying only reads. The
 * operation's own transaction consumes the step with one conditional UPDATE before it changes
 * anything: a concurrent transaction waits for the row, finds the step used and rolls back.
 * RFC 6238 5.2, ASVS 5.0 6.5.1.
 */
export type Proof =
  | { kind: "totp"; userId: UserId; step: number }
  | PasskeyProof
  | RecoveryProof
  | { kind: "password"; userId: UserId }
  | { kind: "none" };

/** For operations that need no second factor. */
export const NO_PROOF = { kind: "none" } as const satisfies Proof;

/** An unused recovery code: its hash, and the email and address that the mail about it names. */
export type RecoveryProof = {
  kind: "recovery";
  userId: UserId;
  hash: Uint8Array<ArrayBuffer>;
  email: string;
  address: string | null;
};

/**
 * Verifies a code and returns a proof to consume, or a refusal. A wrong code is counted; nothing
 * is consumed. If the database is busy, the attempt is released: it revealed nothing about the
 * code.
 */
export async function verifyTotp(userId: UserId, purpose: Purpose, code: string): Promise<Result<Proof>> {
  if (!isCode(code)) return refuse({ code: "code_malformed" });
  const refusal = await reserveAttempt(userId, purpose);
  if (refusal) return refuse(refusal);
  return undoIfBusy(
    () => verifyReserved(userId, purpose, code),
    () => releaseAttempt(userId, purpose),
  );
}

async function verifyReserved(userId: UserId, purpose: Purpose, code: string): Promise<Result<Proof>> {
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
 * Counts as a wrong code; only the message to the user differs. Attack: guessing codes of the next
 * two minutes, and entering a code found that way when its time comes. So a future step, and every
 * step before it, counts as used.
 */
async function countClockOff(userId: UserId, purpose: Purpose, step: number): Promise<Refusal> {
  await db().$executeRaw`
    UPDATE totp_devices SET last_step = ${step} WHERE user_id = ${userId}::uuid AND last_step < ${step}
      AND ${step} > floor(extract(epoch FROM clock_timestamp()) / 30)`;
  const refusal = await countFailure(userId, purpose);
  return refusal.code === "code_wrong" ? { code: "code_clock_off" } : refusal;
}

/**
 * Consumes a proof in the operation's own transaction. Only lib/actions/authorize, the locks of
 * lib/merchants/team and the logins call it.
 * @throws RollbackWith `code_used`, `passkey_used`, `passkey_refused`, `recovery_code_wrong`
 */
export async function consumeSecondFactor(tx: Tx, proof: Proof): Promise<void> {
  if (proof.kind === "passkey") return consumePasskey(tx, proof);
  if (proof.kind === "recovery") return consumeRecoveryCode(tx, proof);
  if (proof.kind !== "totp") return;
  const burnt = await tx.$executeRaw`
    UPDATE totp_devices SET last_step = ${proof.step} WHERE user_id = ${proof.userId}::uuid AND last_step < ${proof.step}`;
  if (burnt === 1) return;
  const [row] = await tx.$queryRaw<{ last: number; at: number }[]>`
    SELECT last_step::float8 AS last, extract(epoch FROM clock_timestamp())::float8 AS at FROM totp_devices WHERE user_id = ${proof.userId}::uuid`;
  throw new RollbackWith(tx, { code: "code_used", seconds: row ? secondsUntilAfter(row.last, row.at) : 30 });
}

type Device = { sealedSeed: Uint8Array; keyVersion: number; lastStep: number; at: number };

async function deviceOf(userId: UserId): Promise<Device | undefined> {
  const [device] = await db().$queryRaw<Device[]>`
    SELECT sealed_seed AS "sealedSeed", key_version AS "keyVersion", last_step::float8 AS "lastStep", extract(epoch FROM clock_timestamp())::float8 AS at
    FROM totp_devices WHERE user_id = ${userId}::uuid`;
  return device;
}
