import { setTimeout as sleep } from "node:timers/promises";
import { isRestrictedEverywhere, type Role } from "../../access/roles";
import { type Hasher, hashingTurn } from "../../platform/crypto/password";
import { busyAsOutcome, undoIfBusy } from "../../platform/db/busy";
import { db, inTransaction, type Tx } from "../../platform/db/db";
import type { SessionId, UserId } from "../../platform/ids";
import { type Result, RollbackWith } from "../../platform/result";
import { consumeSecondFactor, type Proof, verifyTotp } from "../second-factor/challenge";
import { verifyPasskey } from "../second-factor/passkeys/verify";
import { releaseProof, verifyRecoveryCode } from "../second-factor/recovery";
import { beginSession } from "../session/sessions";
import { knownDevice, rememberDevice } from "./known-device";
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
 * Promise: email, password and code are verified together, and every failure gets the same
 * response after the same time. An argon2id verification runs whether the account exists or not,
 * and no refusal is sent before half a second. A busy machine reveals nothing either: a login
 * waits for its verification before the account is looked up, the half second begins after that
 * wait, and a refusal is recorded after it was sent. Attacks: finding out which addresses have
 * accounts, or that a password was right, from the response or its time, also under the load of
 * many other logins; locking an Owner's codes by guessing at the login page (a code is verified,
 * and a wrong one counted, only after the right password); keeping an Owner out by sending many
 * logins (lib/platform/crypto/password). ASVS 5.0: 6.3.1, 6.3.3, 6.3.8.
 */
export type Attempt = {
  email: string;
  password: string;
  code: string;
  /** If given, it replaces the code; so does a passkey. */
  recoveryCode?: string;
  passkey?: unknown;
  address: string | null;
  userAgent: string | null;
  device: string | null;
};
export type LoggedIn = {
  kind: "ok";
  sessionId: SessionId;
  userId: UserId;
  email: string;
  name: string;
  device: string;
};
export type Outcome = LoggedIn | { kind: "refused" } | { kind: "restricted" } | { kind: "busy" };

const REFUSED = { kind: "refused" } as const;
const BUSY = { kind: "busy" } as const;

export async function logIn(attempt: Attempt): Promise<Outcome> {
  const time = new ResponseDelay();
  const outcome = await busyAsOutcome(() =>
    verifyAttempt({ ...attempt, email: attempt.email.trim().toLowerCase() }, time),
  );
  if (outcome.kind === "refused") await time.reached();
  return outcome;
}

async function verifyAttempt(attempt: Attempt, time: ResponseDelay): Promise<Outcome> {
  const { email, password, address } = attempt;
  if (email.length > 320 || password.length > 1_024) return REFUSED;
  const who = { email, address, device: knownDevice(attempt.device, email) };
  if (await isLockedOut(who)) return REFUSED;
  return undoIfBusy(
    async () => {
      await sleep(await delayOf(who));
      const checked = await hashingTurn(hashingQueueOf(who), (hasher) => checkPassword(who, attempt, hasher, time));
      if (!checked) return BUSY;
      return checked.right ? completeCounted(who, attempt, checked.user) : refused(checked.user, address, "password");
    },
    () => forgetDelay(who),
  );
}

/** Counts the attempt, looks up the account and verifies the password, even without an account. */
async function checkPassword(who: LoginSubject, { email, password }: Attempt, hasher: Hasher, time: ResponseDelay) {
  time.restart();
  if (!(await countLogin(who))) return { right: false, user: null } as const;
  return undoIfBusy(
    async () => {
      const user = await findUser(email);
      const right = await hasher.verify(user?.hash ?? null, password);
      return user && right ? ({ right: true, user } as const) : ({ right: false, user } as const);
    },
    () => uncountLogin(who),
  );
}

function completeCounted(who: LoginSubject, attempt: Attempt, user: Found): Promise<Outcome> {
  return undoIfBusy(
    () => complete(who, attempt, user),
    () => uncountLogin(who),
  );
}

async function complete(who: LoginSubject, attempt: Attempt, user: Found): Promise<Outcome> {
  const { email, address } = attempt;
  if (user.disabled) return refused(user, address, "disabled");
  const verified = await verifySecondFactor(user, attempt);
  if (!verified.ok) return refused(user, address, verified.refusal.code);

  const begun = await undoIfBusy(
    () => begin(user, attempt, verified.value),
    () => releaseProof(verified.value),
  );
  if (!begun.ok) return refused(user, address, begun.refusal.code);
  await forgetLogin(who);
  if (!begun.value) {
    recordRefusedLogin(user.id, address, "restricted");
    return { kind: "restricted" };
  }
  const device = rememberDevice(attempt.device, email);
  return { kind: "ok", sessionId: begun.value.id, userId: user.id, email: user.email, name: user.name, device };
}

/** Begins a session. Returns null for a user who may only contact Support. */
function begin(user: Found, { address, userAgent }: Attempt, proof: Proof): Promise<Result<{ id: string } | null>> {
  return inTransaction(async (tx) => {
    await consumeSecondFactor(tx, proof);
    await passwordStillIs(tx, user);
    return user.restricted ? null : beginSession(tx, { userId: user.id, address, userAgent });
  });
}

/** Verifies a code, or what replaces it. Called only after the right password. */
function verifySecondFactor(
  { id, email }: { id: string; email: string },
  { code, recoveryCode, passkey, address }: Attempt,
): Promise<Result<Proof>> {
  if (passkey !== undefined) return verifyPasskey({ purpose: "login", userId: id }, passkey);
  if (recoveryCode !== undefined) return verifyRecoveryCode({ userId: id, email, address }, recoveryCode);
  return verifyTotp(id, "login", code);
}

/** Refuses the login if its password was changed meanwhile; waits for a change in progress. */
async function passwordStillIs(tx: Tx, { id, hash }: { id: string; hash: string | null }): Promise<void> {
  const rows = await tx.$queryRaw<
    unknown[]
  >`SELECT 1 FROM passwords WHERE user_id = ${id}::uuid AND hash = ${hash} FOR SHARE`;
  if (rows.length === 0) throw new RollbackWith(tx, { code: "password_wrong" });
}

type Found = NonNullable<Awaited<ReturnType<typeof findUser>>>;

type Row = {
  id: string;
  email: string;
  name: string;
  hash: string | null;
  disabled: boolean;
  staff: boolean;
  roles: Role[];
};

/** Runs the same single statement whether the user exists or not. */
async function findUser(email: string) {
  const [row] = await db().$queryRaw<Row[]>`
    SELECT u.id, u.email, u.name, p.hash, u.disabled_at IS NOT NULL AS disabled, u.staff_role IS NOT NULL AS staff,
      ARRAY(SELECT m.role::text FROM memberships m WHERE m.user_id = u.id) AS roles
    FROM users u LEFT JOIN passwords p ON p.user_id = u.id WHERE u.email = ${email}`;
  if (!row) return null;
  const { staff, roles, ...user } = row;
  return { ...user, restricted: !staff && isRestrictedEverywhere(roles) };
}

/** If the database was too busy, the login was not refused, and nothing is recorded. */
function refused(user: Found | null, address: string | null, reason: string): Outcome {
  if (reason === "busy") return BUSY;
  if (user) recordRefusedLogin(user.id, address, reason);
  return REFUSED;
}
