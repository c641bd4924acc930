import { setTimeout as sleep } from "node:timers/promises";
import { normalizeTemporaryPassword } from "../../merchants/team/temporary-password";
import { type Hasher, hashingTurn } from "../../platform/crypto/password";
import { busyAsOutcome, undoIfBusy } from "../../platform/db/busy";
import { inTransaction, type Tx } from "../../platform/db/db";
import type { SessionId, UserId } from "../../platform/ids";
import { type Link, openLink } from "../onboarding/accept-link";
import { consumeSecondFactor, type Proof, verifyTotp } from "../second-factor/challenge";
import { newSeed } from "../second-factor/totp";
import { sealSeed } from "../second-factor/totp-seed";
import { beginSession } from "../session/sessions";
import {
  countLogin,
  delayOf,
  forgetDelay,
  forgetLogin,
  hashingQueueOf,
  isLockedOut,
  type LoginSubject,
  uncountLogin,
} from "./limits";
import { recordRefusedLogin } from "./refused-logins";
import { ResponseDelay } from "./response-delay";

/*
 * Promise: the link, the email and the temporary password are verified together, and every
 * failure gets the same response after the same time (as in lib/identity/login/log-in). Somebody
 * who has all three gets a session that can only do the next step of the first login. Attacks:
 * somebody who reads the mailbox (has no password); an Owner who invites (has no link); finding
 * out whose a link is; guessing the password (the login's limits apply). Every session gets its
 * own seed, so that somebody who began a first login earlier does not know the seed of the device
 * that is enrolled later. ASVS 5.0: 6.3.1, 6.3.8, 6.4.1.
 */
export type InvitationAttempt = {
  token: string;
  email: string;
  password: string;
  code: string;
  address: string | null;
  userAgent: string | null;
};
export type InvitationOutcome =
  | { kind: "ok"; sessionId: SessionId; userId: UserId; email: string; name: string }
  /** Everything is right and a device is already enrolled: its code is needed as well. */
  | { kind: "code" }
  | { kind: "refused" }
  | { kind: "busy" };

const REFUSED = { kind: "refused" } as const;
const BUSY = { kind: "busy" } as const;

export async function logInWithInvitation(attempt: InvitationAttempt): Promise<InvitationOutcome> {
  const time = new ResponseDelay();
  const outcome = await busyAsOutcome(() =>
    verifyAttempt({ ...attempt, email: attempt.email.trim().toLowerCase() }, time),
  );
  if (outcome.kind === "refused") await time.reached();
  return outcome;
}

async function verifyAttempt(attempt: InvitationAttempt, time: ResponseDelay): Promise<InvitationOutcome> {
  const { token, email, password, address } = attempt;
  if (token.length > 100 || email.length > 320 || password.length > 1_024) return REFUSED;
  const who = { email, address, device: null };
  if (await isLockedOut(who)) return REFUSED;
  return undoIfBusy(
    async () => {
      await sleep(await delayOf(who));
      const checked = await hashingTurn(hashingQueueOf(who), (hasher) => checkPassword(who, attempt, hasher, time));
      if (!checked) return BUSY;
      return checked.right ? completeCounted(who, attempt, checked.link) : refused(checked.link, address, "password");
    },
    () => forgetDelay(who),
  );
}

/** Counts the attempt, looks up the link and verifies the password, even without a link. */
async function checkPassword(
  who: LoginSubject,
  { token, email, password }: InvitationAttempt,
  hasher: Hasher,
  time: ResponseDelay,
) {
  time.restart();
  if (!(await countLogin(who))) return { right: false, link: null } as const;
  return undoIfBusy(
    async () => {
      const found = await openLink(token);
      const link = found?.email === email ? found : null;
      const right = await hasher.verify(link?.hash ?? null, normalizeTemporaryPassword(password));
      return link && right ? ({ right: true, link } as const) : ({ right: false, link } as const);
    },
    () => uncountLogin(who),
  );
}

function completeCounted(who: LoginSubject, attempt: InvitationAttempt, link: Link): Promise<InvitationOutcome> {
  return undoIfBusy(
    () => complete(who, attempt, link),
    () => uncountLogin(who),
  );
}

async function complete(who: LoginSubject, attempt: InvitationAttempt, link: Link): Promise<InvitationOutcome> {
  const { code, address } = attempt;
  if (link.disabled) return refused(link, address, "disabled");
  if (link.device && code === "") return { kind: "code" };
  const verified = link.device ? await verifyTotp(link.userId, "login", code) : null;
  if (verified?.ok === false) return refused(link, address, verified.refusal.code);

  const begun = await inTransaction((tx) => begin(tx, link, attempt, verified?.value ?? null));
  if (!begun.ok) return refused(link, address, begun.refusal.code);
  await forgetLogin(who);
  return { kind: "ok", sessionId: begun.value.id, userId: link.userId, email: link.email, name: link.name };
}

async function begin(
  tx: Tx,
  link: Link,
  { address, userAgent }: InvitationAttempt,
  proof: Proof | null,
): Promise<{ id: string }> {
  if (proof) await consumeSecondFactor(tx, proof);
  const { userId, invitationId } = link;
  const session = await beginSession(tx, { userId, stage: proof ? "new_password" : "enrol", address, userAgent });
  const seed = proof ? {} : sealSeed(newSeed(), userId);
  await tx.firstLogin.create({ data: { sessionId: session.id, invitationId, ...seed }, select: { sessionId: true } });
  return session;
}

/** If the database was too busy, the login was not refused, and nothing is recorded. */
function refused(link: Link | null, address: string | null, reason: string): InvitationOutcome {
  if (reason === "busy") return BUSY;
  if (link) recordRefusedLogin(link.userId, address, reason);
  return REFUSED;
}
