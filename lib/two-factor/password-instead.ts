import { record } from "../audit/record";
import { undoneIfBusy } from "../busy";
import { verifyPassword } from "../crypto/password";
import { db, transaction } from "../db";
import { limit } from "../limits";
import type { Refusal } from "../refusals";
import { accept, Refused, type Result, refuse } from "../result";
import { lockOf } from "./attempts";
import type { Proof } from "./challenge";

/*
 * Promise: an Owner whose codes are locked or disabled can still stop a key, with the password; while codes work, a password is
 * never asked and never looked at. Attack: locking an Owner's codes with wrong ones so that a stolen key cannot be stopped; guessing
 * the password through this door instead of the login page (five tries in 30 minutes, each recorded). ASVS 5.0: 6.3.1, 6.3.4, 7.5.3.
 */
const tries = limit("step-up-password", 5, 30 * 60);

type Actor = { userId: string; sessionId: string; merchantId: string; address: string | null };

export async function judgePassword(actor: Actor, password: string): Promise<Result<Proof>> {
  if (await codesWork(actor.userId)) return refuse({ code: "codes_work" });
  const seconds = await tries.take(actor.userId);
  if (seconds !== null) return refuse({ code: "too_many_passwords", seconds });

  return undoneIfBusy(
    () => judged(actor, password),
    () => tries.giveBack(actor.userId),
  );
}

async function judged(actor: Actor, password: string): Promise<Result<Proof>> {
  const refusal = await refusalOf(actor.userId, password);
  if (refusal?.code === "passwords_busy") {
    await tries.giveBack(actor.userId);
    return refuse(refusal);
  }
  await transaction((tx) => record(tx, actor, refusal ? "password.refused_for_code" : "password.accepted_for_code"));
  if (refusal) return refuse(refusal);
  await tries.forget(actor.userId);
  return accept({ kind: "password", userId: actor.userId });
}

async function codesWork(userId: string): Promise<boolean> {
  const device = await db().totpDevice.findUnique({ where: { userId }, select: { userId: true } });
  return device !== null && (await lockOf(userId, "step_up")) === null;
}

async function refusalOf(userId: string, password: string): Promise<Refusal | null> {
  const stored = await db().password.findUnique({ where: { userId }, select: { hash: true } });
  try {
    return (await verifyPassword(stored?.hash ?? null, password)) ? null : { code: "password_wrong" };
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}
