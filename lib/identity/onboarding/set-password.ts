import { isRestrictedEverywhere, type Role } from "../../access/roles";
import type { CurrentUser } from "../../actions/own-action";
import { joinMerchant } from "../../merchants/team/accept";
import { normalizeTemporaryPassword } from "../../merchants/team/temporary-password";
import { type Hasher, hashingTurn } from "../../platform/crypto/password";
import { refusedPassword } from "../../platform/crypto/password-policy";
import { undoIfBusy } from "../../platform/db/busy";
import { db, inTransaction, type Tx } from "../../platform/db/db";
import type { MerchantId, UserId } from "../../platform/ids";
import { limit } from "../../platform/rate-limit";
import { accept, type Result, refuse } from "../../platform/result";
import { endSessionsOf } from "../session/sessions";
import { forgetFirstLogins, lockOnboarding } from "./lock-onboarding";

const tries = limit("first-login-password", 10, 30 * 60);

export type NewPassword = { temporary: string; password: string; confirm: string };
/**
 * `merchantId` is null if the link only reset the user's access. `support`: the session has ended,
 * because the user may only contact Support.
 */
export type FirstLoginDone = { merchantId: MerchantId | null; support: boolean };

/**
 * Finishes a first login: sets the password, accepts the invitation, makes this link and all other
 * links of the user invalid, and turns the session into a full one.
 */
export async function setFirstPassword(self: CurrentUser, typed: NewPassword): Promise<Result<FirstLoginDone>> {
  const wish = { ...typed, temporary: normalizeTemporaryPassword(typed.temporary) };
  const { temporary, password, confirm } = wish;
  if (password !== confirm) return refuse({ code: "new_password_differs" });
  const unfit =
    password === temporary ? ({ code: "new_password_same" } as const) : refusedPassword(password, self.email);
  if (unfit) return refuse(unfit);
  const hashed = await hashingTurn({ lane: "logged-in", subject: self.userId }, (hasher) =>
    hashNow(self, wish, hasher),
  );
  if (!hashed) return refuse({ code: "passwords_busy" });
  if (!hashed.ok) return hashed;
  return undoIfBusy(
    async () => {
      const done = await inTransaction((tx) => finish(tx, self, hashed.value));
      if (done.ok) await tries.forget(self.userId);
      return done;
    },
    () => tries.release(self.userId),
  );
}

/** An attempt is counted when its turn to be verified comes, not while it waits in the queue. */
async function hashNow(self: CurrentUser, wish: NewPassword, hasher: Hasher): Promise<Result<string>> {
  const seconds = await tries.take(self.userId);
  if (seconds !== null) return refuse({ code: "too_many_passwords", seconds });
  return undoIfBusy(
    () => hashIfRight(self, wish, hasher),
    () => tries.release(self.userId),
  );
}

async function hashIfRight(
  { sessionId }: CurrentUser,
  { temporary, password }: NewPassword,
  hasher: Hasher,
): Promise<Result<string>> {
  const stored = await db().firstLogin.findUnique({
    where: { sessionId },
    select: { invitation: { select: { temporaryHash: true } } },
  });
  // Another window of the user was faster: the link is used, and no password would be right.
  if (!stored?.invitation.temporaryHash) return refuse({ code: "logged_out" });
  const right = await hasher.verify(stored.invitation.temporaryHash, temporary);
  return right ? accept(await hasher.hash(password)) : refuse({ code: "password_wrong" });
}

async function finish(tx: Tx, self: CurrentUser, hash: string): Promise<FirstLoginDone> {
  const { userId, sessionId } = self;
  const { invitationId } = await lockOnboarding(tx, self, "new_password");
  await tx.$executeRaw`
    INSERT INTO passwords (user_id, hash) VALUES (${userId}::uuid, ${hash})
    ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, temporary = false, changed_at = now()`;
  const merchantId = await joinMerchant(tx, self, invitationId);
  await tx.$executeRaw`UPDATE invitations SET temporary_hash = NULL, token_hash = NULL WHERE user_id = ${userId}::uuid AND accepted_at IS NULL`;
  await forgetFirstLogins(tx, userId);

  const support = await mayOnlyContactSupport(tx, userId);
  await endSessionsOf(tx, userId, { ...(support ? {} : { except: sessionId }), reason: "first_login" });
  await tx.$executeRaw`UPDATE sessions SET stage = 'full' WHERE id = ${sessionId}::uuid AND ended_at IS NULL`;
  return { merchantId, support };
}

async function mayOnlyContactSupport(tx: Tx, userId: UserId): Promise<boolean> {
  const { staffRole, memberships } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { staffRole: true, memberships: { select: { role: true } } },
  });
  const roles: Role[] = memberships.map(({ role }) => role);
  return staffRole === null && isRestrictedEverywhere(roles);
}
