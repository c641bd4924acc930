import { randomBytes } from "node:crypto";
import type { AssignableRole } from "@/lib/access/roles";
import type { CurrentUser } from "@/lib/actions/own-action";
import {
  type InvitationAttempt,
  type InvitationOutcome,
  logInWithInvitation,
} from "@/lib/identity/login/invitation-log-in";
import { onboardingStep } from "@/lib/identity/onboarding/queries";
import { type Invited, inviteUsers } from "@/lib/merchants/team/invite";
import { invitationTokenHash } from "@/lib/platform/crypto/invitation-token";
import { db } from "@/lib/platform/db/db";
import { asDatabaseOwner } from "./api-keys";
import { freshAddress } from "./login";
import type { Owner } from "./people";

export const NO_PROOF = { kind: "none" } as const;
export const newEmail = (): string => `leo.${randomBytes(6).toString("hex")}@nordwind.example`;

export type Guest = { email: string; userId: string; invitationId: string; token: string; temporary: string };

/**
 * A person whom an Owner has just added and whose mail has been sent: the token is stored where
 * the worker stores it.
 */
export async function inviteGuest(
  owner: Owner,
  { email = newEmail(), role = "view" as AssignableRole } = {},
): Promise<Guest> {
  const added = await inviteOne(owner, email, role);
  const { id, userId } = await openInvitationOf(owner.merchantId, email);
  const token = randomBytes(32).toString("base64url");
  await db().invitation.update({
    where: { id },
    data: { tokenHash: invitationTokenHash(token) },
    select: { id: true },
  });
  return { email, userId, invitationId: id, token, temporary: added.temporaryPassword };
}

/** Adds one person, as the dialog does with a single address. */
export async function inviteOne(owner: Owner, email = newEmail(), role: AssignableRole = "view"): Promise<Invited> {
  const added = await inviteUsers(owner.member, { emails: [email], role }, NO_PROOF);
  if (!added.ok) throw new Error(added.refusal.code);
  return added.value.invited[0] as Invited;
}

export function openInvitationOf(merchantId: string, email: string) {
  return db().invitation.findFirstOrThrow({
    where: { merchantId, acceptedAt: null, user: { email } },
    select: { id: true, userId: true, role: true, temporaryHash: true, tokenHash: true, expiresAt: true },
  });
}

/** What the guest enters at their link, from a new address, unless overridden. */
export const firstAttemptOf = (
  { token, email, temporary }: Guest,
  overrides: Partial<InvitationAttempt> = {},
): InvitationAttempt => ({
  ...{ token, email, password: temporary, code: "", address: freshAddress(), userAgent: "kit" },
  ...overrides,
});

export async function beginOnboarding(guest: Guest, overrides: Partial<InvitationAttempt> = {}): Promise<CurrentUser> {
  const outcome: InvitationOutcome = await logInWithInvitation(firstAttemptOf(guest, overrides));
  if (outcome.kind !== "ok") throw new Error(outcome.kind);
  const { userId, email, name, sessionId } = outcome;
  return { userId, email, name, sessionId, address: "203.0.113.7" };
}

/** The seed that a session of stage `enrol` is shown. */
export async function seedOf(self: CurrentUser, { token }: Guest): Promise<string> {
  const step = await onboardingStep(self, token);
  if (step?.name !== "device") throw new Error(`no seed is shown at ${step?.name}`);
  return step.seed;
}

/** Lets an invitation expire. */
export const expire = ({ invitationId }: { invitationId: string }) =>
  asDatabaseOwner("UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = $1", [invitationId]);
