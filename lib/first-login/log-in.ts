import { setTimeout as sleep } from "node:timers/promises";
import { record } from "../audit/record";
import { busyAsOutcome, undoneIfBusy } from "../busy";
import { verifyPassword } from "../crypto/password";
import { inTransaction, type Tx, transaction } from "../db";
import { pauseUntil } from "../pause-until";
import { Refused } from "../result";
import { admitLogin, forgetLogin, uncountLogin, type Who } from "../session/login-limits";
import { beginSession } from "../session/sessions";
import { judgeCode, type Proof, spendProof } from "../two-factor/challenge";
import { sealSeed } from "../two-factor/seed";
import { newSeed } from "../two-factor/totp";
import { type Link, openLink } from "./link";

/*
 * Promise: the link, the e-mail and the temporary password are judged together, and every failure is answered alike, in words and in time; who
 * has all three gets a session that can do nothing but the next step of the first login. Attacks: a read mailbox (no password), an inviting Owner
 * (no link); learning whose a link is; guessing the password (the login's own limits). Every session is shown a seed of its own: whoever began a
 * first login before knows nothing of the device that is enrolled after. ASVS 5.0: 6.3.1, 6.3.8, 6.4.1.
 */
const REFUSALS_TAKE_MS = 500;

export type FirstAttempt = {
  token: string;
  email: string;
  password: string;
  code: string;
  address: string | null;
  userAgent: string | null;
};
export type FirstOutcome =
  | { kind: "ok"; sessionId: string; userId: string; email: string; name: string }
  /** All is right, and a device was enrolled before: its code is asked for. */
  | { kind: "code" }
  | { kind: "refused" }
  | { kind: "busy" };

export async function firstLogIn(attempt: FirstAttempt): Promise<FirstOutcome> {
  const earliest = performance.now() + REFUSALS_TAKE_MS;
  const outcome = await busyAsOutcome(() => judge({ ...attempt, email: attempt.email.trim().toLowerCase() }));
  if (outcome.kind === "refused") await pauseUntil(earliest);
  return outcome;
}

async function judge(attempt: FirstAttempt): Promise<FirstOutcome> {
  const { token, email, password, address } = attempt;
  if (token.length > 100 || email.length > 320 || password.length > 1_024) return { kind: "refused" };
  const who = { email, address, device: null };
  const wait = await admitLogin(who);
  if (wait === null) return { kind: "refused" };
  await sleep(wait);
  return undoneIfBusy(
    () => judgeAdmitted(who, attempt),
    () => uncountLogin(who),
  );
}

async function judgeAdmitted(who: Who, attempt: FirstAttempt): Promise<FirstOutcome> {
  const { token, email, password, code, address } = attempt;
  const link = await openLink(token);
  const theirs = link?.email === email ? link : null;
  const right = await passwordIs(theirs?.hash ?? null, password);
  if (right === "busy") return { kind: "busy" };
  if (!theirs) return { kind: "refused" };
  if (!right) return refused(theirs, address, "password");
  if (theirs.disabled) return refused(theirs, address, "disabled");
  if (theirs.device && code === "") return { kind: "code" };
  const judged = theirs.device ? await judgeCode(theirs.userId, "login", code) : null;
  if (judged?.ok === false) return refused(theirs, address, judged.refusal.code);

  const begun = await inTransaction((tx) => begin(tx, theirs, attempt, judged?.value ?? null));
  if (!begun.ok) return refused(theirs, address, begun.refusal.code);
  await forgetLogin(who);
  return { kind: "ok", sessionId: begun.value.id, userId: theirs.userId, email: theirs.email, name: theirs.name };
}

async function begin(tx: Tx, link: Link, { address, userAgent }: FirstAttempt, proof: Proof | null): Promise<{ id: string }> {
  if (proof) await spendProof(tx, proof);
  const { userId, invitationId } = link;
  const session = await beginSession(tx, { userId, stage: proof ? "new_password" : "enrol", address, userAgent });
  const seed = proof ? {} : sealSeed(newSeed(), userId);
  await tx.firstLogin.create({ data: { sessionId: session.id, invitationId, ...seed }, select: { sessionId: true } });
  return session;
}

async function passwordIs(hash: string | null, password: string): Promise<boolean | "busy"> {
  try {
    return await verifyPassword(hash, password);
  } catch (error) {
    if (error instanceof Refused) return "busy";
    throw error;
  }
}

/** What was turned away is no refusal: nothing is recorded of it. */
async function refused({ userId }: Link, address: string | null, reason: string): Promise<FirstOutcome> {
  if (reason === "busy") return { kind: "busy" };
  await transaction((tx) => record(tx, { kind: "system", address }, "login.refused", { subjectId: userId, data: { reason } }));
  return { kind: "refused" };
}
