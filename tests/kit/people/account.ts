import type { CurrentUser } from "@/lib/actions/own-action";
import { regenerateRecoveryCodes } from "@/lib/identity/account/recovery-codes";
import { type Proof, verifyTotp } from "@/lib/identity/second-factor/challenge";
import { db } from "@/lib/platform/db/db";
import { freshProof, unwrap } from "./api-keys";
import { makePerson, type Person } from "./people";
import { type Minted, mintSession, validRequestInfo } from "./session";

export type LoggedInUser = { person: Person; self: CurrentUser; minted: Minted };

/** A logged-in user, as an operation on their own account sees them. */
export async function loggedInUser(person?: Person): Promise<LoggedInUser> {
  const user = person ?? (await makePerson());
  const minted = await mintSession(user);
  const { userId, email, name } = user;
  return {
    person: user,
    minted,
    self: { userId, email, name, sessionId: minted.sessionId, address: validRequestInfo(minted).address },
  };
}

/** Ten recovery codes of this user. */
export async function recoveryCodesOf({ self }: LoggedInUser): Promise<string[]> {
  return unwrap(await regenerateRecoveryCodes(self, freshProof(self))).codes;
}

/** The proof that verifying a right code returns, to be consumed later. */
export async function totpProof(self: CurrentUser, code: string): Promise<Proof> {
  return unwrap(await verifyTotp(self.userId, "step_up", code));
}

export const isLive = async (sessionId: string): Promise<boolean> =>
  (await db().session.findUniqueOrThrow({ where: { id: sessionId }, select: { endedAt: true } })).endedAt === null;

/** The templates of the mails waiting for this address, oldest first. */
export async function mailsTo({ email }: { email: string }): Promise<string[]> {
  const mails = await db().outboxMail.findMany({
    where: { recipient: email },
    orderBy: { createdAt: "asc" },
    select: { template: true },
  });
  return mails.map(({ template }) => template);
}

/** The events that this user caused, oldest first, except `session.began`. */
export async function eventsCausedBy({ userId }: { userId: string }): Promise<string[]> {
  const events = await db().auditEvent.findMany({
    where: { actorId: userId, event: { not: "session.began" } },
    orderBy: { id: "asc" },
    select: { event: true },
  });
  return events.map(({ event }) => event);
}
