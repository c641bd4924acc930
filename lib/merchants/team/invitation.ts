import { randomBytes } from "node:crypto";
import type { Role } from "../../access/roles";
import { notify } from "../../mail/enqueue";
import { hashingTurn } from "../../platform/crypto/password";
import type { Tx } from "../../platform/db/db";
import type { MerchantId, UserId } from "../../platform/ids";
import { newTemporaryPassword } from "./temporary-password";

/** `by` is the inviting user, or null for the operator; `byName` is their name in the mail. */
export type InvitationRequest = {
  merchantId: MerchantId;
  email: string;
  role: Role;
  by: string | null;
  byName: string;
};
export type OpenedInvitation = { invitationId: string; userId: UserId; expiresAt: Date };
export type TemporaryPassword = { plain: string; hash: string };

/**
 * Makes a password before the transaction, for every address, with an account or without: hashing
 * is slow, and the time must not reveal who has an account. Null if too many wait.
 */
export function temporaryPassword(userId: UserId): Promise<TemporaryPassword> | null {
  const plain = newTemporaryPassword(randomBytes);
  return hashingTurn({ lane: "logged-in", subject: userId }, async (hasher) => ({
    plain,
    hash: await hasher.hash(plain),
  }));
}

/**
 * Opens an invitation and replaces an earlier open one, whose link becomes invalid. An unknown
 * email gets a new user. A user who has a password gets a mail that asks them to log in and
 * accept; their temporary password is not stored. Returns null for a member, and does nothing.
 */
export async function openInvitation(
  tx: Tx,
  { merchantId, email, role, by, byName }: InvitationRequest,
  temporary: TemporaryPassword,
): Promise<OpenedInvitation | null> {
  const userId = await lockedUser(tx, email);
  const member = await tx.membership.findUnique({
    where: { merchantId_userId: { merchantId, userId } },
    select: { userId: true },
  });
  if (member) return null;
  await tx.invitation.deleteMany({ where: { merchantId, userId, acceptedAt: null } });
  const known = await tx.password.findUnique({ where: { userId }, select: { userId: true } });
  const { id, expiresAt } = await tx.invitation.create({
    data: { merchantId, userId, role, invitedBy: by, temporaryHash: known ? null : temporary.hash },
    select: { id: true, expiresAt: true },
  });
  const data = { merchantId, by: byName, role };
  if (known) await notify(tx, { to: { userId }, template: "invitation_existing", data });
  else await notify(tx, { to: { userId }, template: "invitation", data: { ...data, invitationId: id } });
  return { invitationId: id, userId, expiresAt };
}

/** Finds or creates the user and locks the row, so that invitations of one person run in turn. */
async function lockedUser(tx: Tx, email: string): Promise<string> {
  const [user] = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO users (email, name) VALUES (${email}, ${email})
    ON CONFLICT (email) DO UPDATE SET name = users.name RETURNING id`;
  if (!user) throw new Error("a user was neither made nor found");
  return user.id;
}
