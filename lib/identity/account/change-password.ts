import { authorizeSelf } from "../../actions/authorize";
import type { CurrentUser } from "../../actions/own-action";
import { record } from "../../audit/record";
import { notify } from "../../mail/enqueue";
import { type Hasher, hashingTurn } from "../../platform/crypto/password";
import { refusedPassword } from "../../platform/crypto/password-policy";
import { undoIfBusy } from "../../platform/db/busy";
import { db, inTransaction } from "../../platform/db/db";
import { limit } from "../../platform/rate-limit";
import { accept, type Result, RollbackWith, refuse } from "../../platform/result";
import type { Proof } from "../second-factor/challenge";
import { endSessionsOf } from "../session/sessions";

export type PasswordChange = { current: string; next: string; confirm: string };

/** Attack: somebody at an unattended browser guesses the current password. */
const tries = limit("change-password", 5, 30 * 60);

/**
 * Changes the password, ends all other sessions of the user and sends the user a mail. Returns how
 * many sessions it ended.
 */
export async function changePassword(
  self: CurrentUser,
  change: PasswordChange,
  proof: Proof,
): Promise<Result<{ ended: number }>> {
  const hashed = await rehash(self, change);
  if (!hashed.ok) return hashed;
  const { before, after } = hashed.value;
  return inTransaction(async (tx) => {
    await authorizeSelf(tx, self, proof);
    const changed = await tx.$executeRaw`
      UPDATE passwords SET hash = ${after}, temporary = false, changed_at = now() WHERE user_id = ${self.userId}::uuid AND hash = ${before}`;
    if (changed !== 1) throw new RollbackWith(tx, { code: "password_wrong" });
    const ended = await endSessionsOf(tx, self.userId, { except: self.sessionId, reason: "password_changed" });
    await record(tx, self, "password.changed");
    await notify(tx, {
      to: { userId: self.userId },
      template: "password_changed",
      data: { by: self.email, from: self.address },
    });
    return { ended };
  });
}

/** Returns the old hash and the new one. The cheap checks come before anything is hashed. */
async function rehash(
  self: CurrentUser,
  { current, next, confirm }: PasswordChange,
): Promise<Result<{ before: string; after: string }>> {
  if (next !== confirm) return refuse({ code: "new_password_differs" });
  const unfit = refusedPassword(next, self.email);
  if (unfit) return refuse(unfit);
  if (next === current) return refuse({ code: "new_password_same" });
  const waiting = { lane: "logged-in", subject: self.userId } as const;
  return (
    (await hashingTurn(waiting, (hasher) => check(self, current, next, hasher))) ?? refuse({ code: "passwords_busy" })
  );
}

/** An attempt is counted when its turn to be verified comes, not while it waits in the queue. */
async function check(
  self: CurrentUser,
  current: string,
  next: string,
  hasher: Hasher,
): Promise<Result<{ before: string; after: string }>> {
  const seconds = await tries.take(self.userId);
  if (seconds !== null) return refuse({ code: "too_many_passwords", seconds });
  return undoIfBusy(
    () => hashIfRight(self, current, next, hasher),
    () => tries.release(self.userId),
  );
}

async function hashIfRight(
  { userId }: CurrentUser,
  current: string,
  next: string,
  hasher: Hasher,
): Promise<Result<{ before: string; after: string }>> {
  const stored = await db().password.findUnique({ where: { userId }, select: { hash: true } });
  const right = await hasher.verify(stored?.hash ?? null, current);
  if (!right || !stored) return refuse({ code: "password_wrong" });
  await tries.forget(userId);
  return accept({ before: stored.hash, after: await hasher.hash(next) });
}
