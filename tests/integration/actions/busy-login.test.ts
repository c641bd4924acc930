import { beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { GET } from "@/app/api/passkey-challenge/route";
import { runOwnAction } from "@/lib/actions/own-action";
import { passkeyQuestion } from "@/lib/identity/account/operations";
import { logInWithInvitation } from "@/lib/identity/login/invitation-log-in";
import { logIn } from "@/lib/identity/login/log-in";
import { refusedLoginsFlushed } from "@/lib/identity/login/refused-logins";
import { setFirstPassword } from "@/lib/identity/onboarding/set-password";
import { db } from "@/lib/platform/db/db";
import { cancellingWaits, databaseContents, holdingLocks, whileConnectionsFull } from "../../kit/busy";
import { inOpenTransaction, untilWaitingForLock } from "../../kit/database/locks";
import { loggedInUser, recoveryCodesOf } from "../../kit/people/account";
import { attemptOf, freshAddress } from "../../kit/people/login";
import { makeMerchant, makeOwner, makePerson, type Person } from "../../kit/people/people";
import { validRequestInfo } from "../../kit/people/session";
import { beginOnboarding, firstAttemptOf, inviteGuest } from "../../kit/people/team";
import { rewind, wrongCodeOf } from "../../kit/people/totp";

/*
 * A login whose statement is cancelled, at any point, is refused as busy and logged once. It
 * starts no session, counts nothing and records nothing. It succeeds afterwards.
 */

let person: Person;
let logged: MockInstance<typeof console.warn>;
beforeEach(async () => {
  person = await makePerson();
  logged = vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

async function turnedAway<T>(sql: string, work: () => Promise<T>): Promise<T> {
  const before = await databaseContents();
  const answer = await holdingLocks(sql, [], () => cancellingWaits(work));
  expect(await databaseContents()).toEqual(before);
  expect(logged.mock.calls).toEqual([["PostgreSQL turned a statement away: 57014 query_canceled"]]);
  logged.mockClear();
  return answer;
}

const WHERE: [string, string][] = [
  ["the limits are counted", "LOCK TABLE rate_limits"],
  ["the user is looked up", "LOCK TABLE users"],
  ["a place to check the code is taken", "LOCK TABLE code_attempts"],
  ["the device is read", "LOCK TABLE totp_devices"],
  ["the code is spent", "SELECT 1 FROM totp_devices FOR UPDATE"],
  ["the password is looked at again", "SELECT 1 FROM passwords FOR UPDATE"],
  ["the session is begun", "LOCK TABLE sessions"],
  ["its event is written", "LOCK TABLE audit_events"],
];

test.each(WHERE)("a login that is cancelled when %s is busy, and does not count as an attempt", async (_, sql) => {
  const attempt = await attemptOf(person);
  expect(await turnedAway(sql, () => logIn(attempt))).toEqual({ kind: "busy" });
  expect((await logIn(attempt)).kind).toBe("ok");
});

test("so is a login from a known browser, and one with a recovery code", async () => {
  const first = await logIn(await attemptOf(person));
  if (first.kind !== "ok") throw new Error(first.kind);
  await rewind(person);
  const [recoveryCode] = await recoveryCodesOf(await loggedInUser(person));
  const attempt = { ...(await attemptOf(person, { device: first.device })), recoveryCode };
  expect(await turnedAway("LOCK TABLE recovery_codes", () => logIn(attempt))).toEqual({ kind: "busy" });
  expect(await turnedAway("LOCK TABLE sessions", () => logIn(attempt))).toEqual({ kind: "busy" });
  expect((await logIn(attempt)).kind).toBe("ok");
});

test.each([
  ["password", async () => attemptOf(person, { password: "wrong" })],
  ["code_wrong", async () => attemptOf(person, { code: wrongCodeOf(person) })],
])(
  "a refusal (%s) that cannot be recorded now is refused like any other, counted, and recorded later",
  async (reason, make) => {
    const attempt = await make();
    const answer = await holdingLocks("LOCK TABLE audit_events", [], async () => {
      const refusal = await logIn(attempt);
      await cancellingWaits(() => expect.poll(() => logged.mock.calls.length).toBe(1));
      return refusal;
    });
    expect(answer).toEqual({ kind: "refused" });
    await refusedLoginsFlushed();
    const events = await db().auditEvent.findMany({ where: { subjectId: person.userId, event: "login.refused" } });
    expect(events.map(({ data }) => Object(data).reasons)).toEqual([{ [reason]: 1 }]);
    const counted = await db().codeAttempt.findFirst({ where: { userId: person.userId, purpose: "login" } });
    expect(counted?.failures ?? 0).toBe(reason === "code_wrong" ? 1 : 0);
  },
);

test("a login that gets no connection is busy", async () => {
  const attempt = await attemptOf(person);
  const before = await databaseContents();
  expect(await whileConnectionsFull(() => logIn(attempt))).toEqual({ kind: "busy" });
  expect(await databaseContents()).toEqual(before);
  expect(logged.mock.calls).toEqual([["PostgreSQL turned a statement away: 53300 too_many_connections"]]);
  expect((await logIn(attempt)).kind).toBe("ok");
});

/** A promise and what resolves it. */
function gateOf(): { promise: Promise<void>; resolve(): void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test("a login whose counters could not be released still succeeds", async () => {
  const attempt = await attemptOf(person);
  const logging = { result: Promise.resolve() as Promise<unknown>, over: Promise.resolve() as Promise<unknown> };
  // Held where it consumes its code, with every attempt counted; then nothing can be taken back.
  const device = "SELECT FROM totp_devices WHERE user_id = $1 FOR UPDATE";
  const gate = gateOf();
  const locked = gateOf();
  await inOpenTransaction([device, [person.userId]], "ROLLBACK", async () => {
    logging.result = logIn(attempt);
    await untilWaitingForLock();
    logging.over = holdingLocks("LOCK TABLE rate_limits IN SHARE MODE", [], async () => {
      locked.resolve();
      await gate.promise;
      return cancellingWaits(() => logging.result);
    });
    await locked.promise;
  });
  gate.resolve();
  expect(await logging.over).toMatchObject({ kind: "ok" });
});

test.each([
  ["the link is looked up", "LOCK TABLE invitations"],
  ["the session is begun", "LOCK TABLE sessions"],
  ["the seed is written", "LOCK TABLE first_logins"],
])("a first login that is cancelled when %s is busy, and does not count as an attempt", async (_, sql) => {
  const guest = await inviteGuest(await makeOwner());
  const attempt = firstAttemptOf(guest, { address: freshAddress() });
  logged.mockClear();
  expect(await turnedAway(sql, () => logInWithInvitation(attempt))).toEqual({ kind: "busy" });
  expect((await logInWithInvitation(attempt)).kind).toBe("ok");
});

test("a first password that is refused as busy is not counted", async () => {
  const guest = await inviteGuest(await makeOwner());
  const self = await beginOnboarding(guest);
  logged.mockClear();
  const wish = { temporary: guest.temporary, password: "maple river stone", confirm: "maple river stone" };
  expect(
    await turnedAway("LOCK TABLE first_logins", () => setFirstPassword(self, wish)).catch((error: unknown) => error),
  ).toMatchObject({
    name: "Busy",
  });
});

test("a passkey's challenge that is refused as busy is 503 with Retry-After at the login page, and a refusal in a dialog; neither is counted", async () => {
  const ask = () =>
    GET(
      new Request("http://localhost:3000/api/passkey-challenge", {
        headers: { "x-countersign-address": "198.51.100.9" },
      }),
    );
  const response = await turnedAway("LOCK TABLE passkey_challenges", ask);
  expect([response.status, response.headers.get("retry-after"), await response.json()]).toEqual([
    ...[503, "1"],
    { ok: false, refusal: { code: "busy" } },
  ]);
  expect((await ask()).status).toBe(200);
  await makeMerchant();
  const { minted } = await loggedInUser(person);
  const inDialog = () =>
    runOwnAction(passkeyQuestion, { operation: "account:recovery-codes", request: {} }, validRequestInfo(minted));
  expect(await turnedAway("LOCK TABLE passkey_challenges", inDialog)).toEqual({ ok: false, refusal: { code: "busy" } });
  expect(await inDialog()).toMatchObject({ ok: true });
});
