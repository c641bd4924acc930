import { invitationTokenHash } from "../../platform/crypto/invitation-token";
import { db } from "../../platform/db/db";
import type { SessionId, UserId } from "../../platform/ids";
import { seedUri } from "../second-factor/totp";
import { openSeed } from "../second-factor/totp-seed";
import { openLink } from "./accept-link";

/** What an activation link's page says before the login; `by` is an Owner, or null for Support. */
export type Welcome = { merchant: string | null; by: string | null; until: string };

export async function welcomeOf(token: string): Promise<Welcome | null> {
  const link = await openLink(token);
  return link && { merchant: link.merchant, by: link.by, until: link.until.toISOString() };
}

export type OnboardingStep =
  | { name: "device"; email: string; seed: string; uri: string }
  | { name: "password"; email: string };

/** The step that a session is at, or null if the session belongs to another link. */
export async function onboardingStep(
  session: { userId: UserId; sessionId: SessionId; email: string },
  token: string,
): Promise<OnboardingStep | null> {
  const { userId, sessionId, email } = session;
  const row = await db().firstLogin.findFirst({
    where: {
      sessionId,
      invitation: { userId, tokenHash: invitationTokenHash(token), acceptedAt: null, temporaryHash: { not: null } },
    },
    select: { sealedSeed: true, keyVersion: true },
  });
  if (!row) return null;
  const { sealedSeed, keyVersion } = row;
  if (!sealedSeed || keyVersion === null) return { name: "password", email };
  const seed = openSeed({ sealedSeed, keyVersion }, userId);
  return { name: "device", email, seed, uri: seedUri(email, seed) };
}
