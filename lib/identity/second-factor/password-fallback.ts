import { record } from "../../audit/record";
import { type Hasher, hashingTurn } from "../../platform/crypto/password";
import { undoIfBusy } from "../../platform/db/busy";
import { db, transaction } from "../../platform/db/db";
import type { MerchantId, SessionId, UserId } from "../../platform/ids";
import { limit } from "../../platform/rate-limit";
import { accept, type Result, refuse } from "../../platform/result";
import { lockOf } from "./attempt-limit";
import type { Proof } from "./challenge";

/*
 * Promise: an Owner whose codes are locked or disabled can still stop a key, with the password.
 * While codes work, no password is asked for and none is verified. Attacks: locking an Owner's
 * codes with wrong ones so that a stolen key cannot be stopped; guessing the password here
 * instead of at the login page (five attempts in 30 minutes, each recorded).
 * ASVS 5.0: 6.3.1, 6.3.4, 7.5.3.
 */
const tries = limit("step-up-password", 5, 30 * 60);

type Actor = { userId: UserId; sessionId: SessionId; merchantId: MerchantId; address: string | null };

export async function verifyPassword(actor: Actor, password: string): Promise<Result<Proof>> {
  const { userId } = actor;
  if (await codesWork(userId)) return refuse({ code: "codes_work" });
  const right = await hashingTurn({ lane: "logged-in", subject: userId }, (hasher) =>
    verifyCounted(userId, password, hasher),
  );
  if (!right) return refuse({ code: "passwords_busy" });
  if (!right.ok) return right;
  return undoIfBusy(
    () => recordOutcome(actor, right.value),
    () => tries.release(userId),
  );
}

/** An attempt is counted when its turn to be verified comes, not while it waits in the queue. */
async function verifyCounted(userId: UserId, password: string, hasher: Hasher): Promise<Result<boolean>> {
  const seconds = await tries.take(userId);
  if (seconds !== null) return refuse({ code: "too_many_passwords", seconds });
  return undoIfBusy(
    async () => {
      const stored = await db().password.findUnique({ where: { userId }, select: { hash: true } });
      return accept(await hasher.verify(stored?.hash ?? null, password));
    },
    () => tries.release(userId),
  );
}

async function recordOutcome(actor: Actor, right: boolean): Promise<Result<Proof>> {
  const { userId } = actor;
  await transaction((tx) => record(tx, actor, right ? "password.accepted_for_code" : "password.refused_for_code"));
  if (!right) return refuse({ code: "password_wrong" });
  await tries.forget(userId);
  return accept({ kind: "password", userId });
}

async function codesWork(userId: UserId): Promise<boolean> {
  const device = await db().totpDevice.findUnique({ where: { userId }, select: { userId: true } });
  return device !== null && (await lockOf(userId, "step_up")) === null;
}
