import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { logInWithInvitation } from "@/lib/identity/login/invitation-log-in";
import { logIn } from "@/lib/identity/login/log-in";
import { refusedLoginsFlushed } from "@/lib/identity/login/refused-logins";
import { db } from "@/lib/platform/db/db";
import { holdingLocks } from "../../kit/busy";
import { verify } from "../../kit/people/argon2";
import { holdHashingSlots } from "../../kit/people/hashing";
import { attemptOf, freshAddress } from "../../kit/people/login";
import { asOwner } from "../../kit/people/owner";
import { makeOwner, makePerson, type Person } from "../../kit/people/people";
import { firstAttemptOf, inviteGuest, newEmail } from "../../kit/people/team";

/* Neither the duration of a login nor what it writes reveals whether an account exists. */

let person: Person;
beforeEach(async () => {
  person = await makePerson();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const hashOf = async ({ userId }: Person): Promise<string> =>
  (await db().password.findUniqueOrThrow({ where: { userId }, select: { hash: true } })).hash;

test("the account of a waiting login is not looked up before its turn", async () => {
  const other = await makePerson();
  const attempt = await attemptOf(other, { email: newEmail(), code: "000000" });
  const turns = await holdHashingSlots();
  const waiting = logIn(await attemptOf(person, { email: attempt.email }));
  await turns.somebodyWaits();
  // The account is created while its login waits.
  await asOwner("UPDATE users SET email = $2 WHERE id = $1", [person.userId, attempt.email]);
  await turns.release();
  expect((await waiting).kind).toBe("ok");
});

test("neither is the link of a first login", async () => {
  const guest = await inviteGuest(await makeOwner());
  await asOwner("UPDATE invitations SET temporary_hash = NULL WHERE id = $1", [guest.invitationId]);
  const turns = await holdHashingSlots();
  const waiting = logInWithInvitation(firstAttemptOf(guest, { password: person.password }));
  await turns.somebodyWaits();
  await asOwner("UPDATE invitations SET temporary_hash = $2 WHERE id = $1", [guest.invitationId, await hashOf(person)]);
  await turns.release();
  expect((await waiting).kind).toBe("ok");
});

test("a refusal takes half a second from the moment its turn comes, however long it waited", async () => {
  const attempt = await attemptOf(person, { password: "wrong" });
  const turns = await holdHashingSlots();
  const waiting = logIn(attempt);
  await turns.somebodyWaits();
  await sleep(600);
  const released = performance.now();
  await turns.release();
  expect(await waiting).toEqual({ kind: "refused" });
  expect(performance.now() - released).toBeGreaterThanOrEqual(495);
});

test("a refused login or first login does not wait until its event is written", async () => {
  const guest = await inviteGuest(await makeOwner());
  const attempts = [
    async () => logIn(await attemptOf(person, { password: "wrong", code: "000000" })),
    async () => logIn(await attemptOf(person, { code: "12345" })),
    async () => logInWithInvitation(firstAttemptOf(guest, { password: "wrong" })),
  ];
  const answers = await holdingLocks("LOCK TABLE audit_events", [], () =>
    Promise.all(attempts.map((attempt) => attempt())),
  );
  expect(answers).toEqual(attempts.map(() => ({ kind: "refused" })));
  await refusedLoginsFlushed();
  const subjects = [person.userId, guest.userId];
  expect(await db().auditEvent.count({ where: { event: "login.refused", subjectId: { in: subjects } } })).toBe(3);
});

/**
 * The product's own parameters, which determine the duration. The kit's people have hashes of the
 * lowest cost.
 */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const EACH = 20;

/** Logs in as `EACH` people who exist and as many who do not, all at once, in random order. */
async function guess(people: Person[]): Promise<{ known: boolean; ms: number }[]> {
  const attempts = await Promise.all(
    people.flatMap((known) => [
      attemptOf(known, { password: "wrong", code: "000000", address: freshAddress() }).then((attempt) => ({
        known: true,
        attempt,
      })),
      attemptOf(known, { email: newEmail(), password: "wrong", code: "000000" }).then((attempt) => ({
        known: false,
        attempt,
      })),
    ]),
  );
  const mixed = attempts.map((each) => ({ each, at: Math.random() })).sort((a, b) => a.at - b.at);
  return Promise.all(
    mixed.map(async ({ each: { known, attempt } }) => {
      const begun = performance.now();
      expect((await logIn(attempt)).kind).toBe("refused");
      return { known, ms: performance.now() - begun };
    }),
  );
}

/**
 * The share that is classified correctly by the best time bound, which is learned from other
 * logins.
 */
function toldRight(learned: { known: boolean; ms: number }[], tried: { known: boolean; ms: number }[]): number {
  const right = (list: typeof tried, bound: number, sign: number) =>
    list.filter(({ known, ms }) => known === (ms - bound) * sign > 0).length / list.length;
  const bounds = learned.flatMap(({ ms }) => [
    { bound: ms, sign: 1 },
    { bound: ms, sign: -1 },
  ]);
  const best = bounds.reduce((a, b) => (right(learned, b.bound, b.sign) > right(learned, a.bound, a.sign) ? b : a));
  return right(tried, best.bound, best.sign);
}

test("the timing of 40 concurrent logins does not show which accounts exist", async () => {
  const { hash }: typeof import("@node-rs/argon2") = createRequire(import.meta.url)("@node-rs/argon2");
  const real = await hash(person.password, ARGON2ID);
  const people = await Promise.all(Array.from({ length: EACH }, () => makePerson()));
  await asOwner("UPDATE passwords SET hash = $2 WHERE user_id = ANY ($1)", [people.map(({ userId }) => userId), real]);
  const [learned, tried] = [await guess(people), await guess(people)];
  const share = toldRight(learned, tried);
  console.log(`note: of 40 logins at once ${Math.round(share * 100)} % were told right by their time`);
  expect(verify).toHaveBeenCalled();
  // Half of them by chance; more than four fifths once in ten thousand runs.
  expect(share).toBeLessThanOrEqual(0.8);
});
