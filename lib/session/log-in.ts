import { setTimeout as sleep } from "node:timers/promises";
import { isRestricted, type Role } from "../access/roles";
import { record } from "../audit/record";
import { busyAsOutcome, undoneIfBusy } from "../busy";
import { verifyPassword } from "../crypto/password";
import { db, inTransaction, type Tx, transaction } from "../db";
import { judgePasskey } from "../passkeys/judge";
import { pauseUntil } from "../pause-until";
import { Refused, type Result } from "../result";
import { judgeCode, type Proof, spendProof } from "../two-factor/challenge";
import { judgeRecoveryCode, unspent } from "../two-factor/recovery";
import { knownDevice, rememberDevice } from "./device";
import { admitLogin, forgetLogin, uncountLogin, type Who } from "./login-limits";
import { beginSession } from "./sessions";

/*
 * Promise: e-mail, password and code are judged together and every failure is answered alike, in words and in time: an argon2id
 * verification whoever is asked for, and no refusal before 500 ms have passed. Attacks: learning which addresses have accounts, or
 * that a password was right, from the answer or from how long it took; locking an Owner's codes by guessing at the login page
 * (a code is judged, and its failure counted, only behind the right password). ASVS 5.0: 6.3.1, 6.3.3, 6.3.8.
 */
const REFUSALS_TAKE_MS = 500;

export type Attempt = {
  email: string;
  password: string;
  code: string;
  /** Instead of a code, where one is given. */
  recoveryCode?: string;
  passkey?: unknown;
  address: string | null;
  userAgent: string | null;
  device: string | null;
};
export type LoggedIn = { kind: "ok"; sessionId: string; userId: string; email: string; name: string; device: string };
export type Outcome = LoggedIn | { kind: "refused" } | { kind: "restricted" } | { kind: "busy" };

export async function logIn(attempt: Attempt): Promise<Outcome> {
  const earliest = performance.now() + REFUSALS_TAKE_MS;
  const outcome = await busyAsOutcome(() => judge({ ...attempt, email: attempt.email.trim().toLowerCase() }));
  if (outcome.kind === "refused") await pauseUntil(earliest);
  return outcome;
}

async function judge(attempt: Attempt): Promise<Outcome> {
  const { email, password, address } = attempt;
  if (email.length > 320 || password.length > 1_024) return { kind: "refused" };
  const who = { email, address, device: knownDevice(attempt.device, email) };
  const wait = await admitLogin(who);
  if (wait === null) return { kind: "refused" };
  await sleep(wait);
  return undoneIfBusy(
    () => judgeAdmitted(who, attempt),
    () => uncountLogin(who),
  );
}

async function judgeAdmitted(who: Who, attempt: Attempt): Promise<Outcome> {
  const { email, password, address } = attempt;
  const user = await findUser(email);
  const right = await passwordIs(user?.hash ?? null, password);
  if (right === "busy") return { kind: "busy" };
  if (!user) return { kind: "refused" };
  if (!right) return refused(user.id, address, "password");
  if (user.disabled) return refused(user.id, address, "disabled");
  const judged = await judgeSecond(user, attempt);
  if (!judged.ok) return refused(user.id, address, judged.refusal.code);

  const begun = await undoneIfBusy(
    () => begin(user, attempt, judged.value),
    () => unspent(judged.value),
  );
  if (!begun.ok) return refused(user.id, address, begun.refusal.code);
  await forgetLogin(who);
  if (!begun.value) return { kind: "restricted" };
  const device = rememberDevice(attempt.device, email);
  return { kind: "ok", sessionId: begun.value.id, userId: user.id, email: user.email, name: user.name, device };
}

/** The session; null for a user who may only contact Support. */
function begin(user: Found, { address, userAgent }: Attempt, proof: Proof): Promise<Result<{ id: string } | null>> {
  return inTransaction(async (tx) => {
    await spendProof(tx, proof);
    await passwordStillIs(tx, user);
    if (!user.restricted) return beginSession(tx, { userId: user.id, address, userAgent });
    await recordRefusal(tx, user.id, address, "restricted");
    return null;
  });
}

/** A code, or what stands in for one: each is looked at behind the right password alone. */
function judgeSecond(
  { id, email }: { id: string; email: string },
  { code, recoveryCode, passkey, address }: Attempt,
): Promise<Result<Proof>> {
  if (passkey !== undefined) return judgePasskey({ purpose: "login", userId: id }, passkey);
  if (recoveryCode !== undefined) return judgeRecoveryCode({ userId: id, email, address }, recoveryCode);
  return judgeCode(id, "login", code);
}

/** A password that was changed while this login was judged begins no session; one that is being changed is waited for. */
async function passwordStillIs(tx: Tx, { id, hash }: { id: string; hash: string | null }): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM passwords WHERE user_id = ${id}::uuid AND hash = ${hash} FOR SHARE`;
  if (rows.length === 0) throw new Refused({ code: "password_wrong" });
}

type Found = NonNullable<Awaited<ReturnType<typeof findUser>>>;

async function findUser(email: string) {
  const user = await db().user.findUnique({
    where: { email },
    select: {
      id: true,
      email: true,
      name: true,
      staffRole: true,
      disabledAt: true,
      password: { select: { hash: true } },
      memberships: { select: { role: true } },
    },
  });
  if (!user) return null;
  const roles: Role[] = user.memberships.map(({ role }) => role);
  const restricted = user.staffRole === null && roles.length > 0 && roles.every(isRestricted);
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    hash: user.password?.hash ?? null,
    disabled: user.disabledAt !== null,
    restricted,
  };
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
async function refused(userId: string, address: string | null, reason: string): Promise<Outcome> {
  if (reason === "busy") return { kind: "busy" };
  await transaction((tx) => recordRefusal(tx, userId, address, reason));
  return { kind: "refused" };
}

function recordRefusal(tx: Tx, userId: string, address: string | null, reason: string): Promise<void> {
  return record(tx, { kind: "system", address }, "login.refused", { subjectId: userId, data: { reason } });
}
