import { expect, test } from "vitest";
import { runMemberAction } from "@/lib/actions/member-action";
import { type CurrentUser, runOwnAction } from "@/lib/actions/own-action";
import { logInWithInvitation } from "@/lib/identity/login/invitation-log-in";
import { refusedLoginsFlushed } from "@/lib/identity/login/refused-logins";
import { confirmDevice } from "@/lib/identity/onboarding/confirm-device";
import { deviceConfirmation, firstPassword } from "@/lib/identity/onboarding/operations";
import { onboardingStep, welcomeOf } from "@/lib/identity/onboarding/queries";
import { setFirstPassword } from "@/lib/identity/onboarding/set-password";
import { readSession } from "@/lib/identity/session/sessions";
import { sessionToken } from "@/lib/identity/session/token";
import { invitation } from "@/lib/merchants/team/operations";
import { invitationsOf } from "@/lib/merchants/team/queries";
import { db } from "@/lib/platform/db/db";
import { deleteEndedFirstLogins } from "@/lib/worker/jobs/first-logins";
import { asDatabaseOwner } from "../../kit/people/api-keys";
import { attemptOf, freshAddress, outcomeOf } from "../../kit/people/login";
import { makeOwner, makePerson } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { beginOnboarding, expire, firstAttemptOf, type Guest, inviteGuest, seedOf } from "../../kit/people/team";
import { codeOf, freshCodeOf, wrongCodeOf } from "../../kit/people/totp";
import { retryWhileBusy } from "../../kit/retry-while-busy";

const GOOD = "maple river stone";
const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const answer = async (guest: Guest, overrides: object = {}) =>
  (await logInWithInvitation(firstAttemptOf(guest, overrides))).kind;
const factsAs = ({ sessionId }: CurrentUser) =>
  validRequestInfo({ sessionId, cookie: { name: "", value: sessionToken(sessionId) } });
const choose = (self: CurrentUser, guest: Guest, password = GOOD, confirm = password, temporary = guest.temporary) =>
  setFirstPassword(self, { temporary, password, confirm });

/** Step 2 done: the guest has a device. */
async function enrolled(guest: Guest): Promise<Guest & { seed: string; code: string }> {
  const self = await beginOnboarding(guest);
  const seed = await seedOf(self, guest);
  const code = codeOf({ seed });
  expect(await confirmDevice(self, { code })).toMatchObject({ ok: true });
  return { ...guest, seed, code };
}

/** Step 3 done: the session may set the password. */
const returned = async (guest: Guest & { seed: string }) => beginOnboarding(guest, { code: await freshCodeOf(guest) });

test("link, temporary password, device, code and new password in turn make a member who logs in like any other", async () => {
  const owner = await makeOwner();
  const guest = await enrolled(await inviteGuest(owner, { role: "limits" }));
  const self = await returned(guest);
  expect(await choose(self, guest)).toEqual({ ok: true, value: { merchantId: owner.merchantId, support: false } });
  expect(await readSession(self.sessionId)).toMatchObject({ stage: "full", userId: guest.userId });
  const membership = await db().membership.findMany({
    where: { userId: guest.userId },
    select: { merchantId: true, role: true },
  });
  expect(membership).toEqual([{ merchantId: owner.merchantId, role: "limits" }]);
  const person = { ...guest, name: guest.email, password: GOOD };
  expect(await outcomeOf(await attemptOf(person))).toBe("ok");
  expect(await outcomeOf(await attemptOf({ ...person, password: guest.temporary }))).toBe("refused");
  await refusedLoginsFlushed();
  const events = await db().auditEvent.findMany({
    where: { subjectId: guest.userId },
    select: { event: true },
    orderBy: { id: "asc" },
  });
  expect(events.map(({ event }) => event).filter((event) => !event.startsWith("session"))).toEqual([
    ...["team.invited", "device.enrolled", "team.joined", "login.refused"],
  ]);
});

test("a wrong link, a wrong email, a wrong password, an old, a withdrawn and a disabled user's link get the same reply", async () => {
  const owner = await makeOwner();
  const guest = await inviteGuest(owner);
  const other = await inviteGuest(owner);
  expect(await answer(guest, { token: "A".repeat(43) })).toBe("refused");
  expect(await answer(guest, { token: "" })).toBe("refused");
  expect(await answer(guest, { email: other.email })).toBe("refused");
  expect(await answer(guest, { password: other.temporary })).toBe("refused");
  expect(await answer(guest, { token: other.token })).toBe("refused");
  await db().user.update({ where: { id: other.userId }, data: { disabledAt: new Date() }, select: { id: true } });
  expect(await answer(other)).toBe("refused");
  expect(await answer(guest)).toBe("ok");
  await expire(guest);
  expect(await answer(guest)).toBe("refused");
  const withdrawn = await inviteGuest(owner);
  await db().invitation.delete({ where: { id: withdrawn.invitationId }, select: { id: true } });
  expect(await answer(withdrawn)).toBe("refused");
});

test("a temporary password is accepted with the spaces it was copied or typed with, at both steps", async () => {
  const guest = await enrolled(await inviteGuest(await makeOwner()));
  const spaced = ` ${guest.temporary.replace(/(.{4})/g, "$1 ")}\u200b\n`;
  expect(await answer(guest, { password: spaced, code: await freshCodeOf(guest) })).toBe("ok");
  expect(await choose(await returned(guest), guest, GOOD, GOOD, spaced)).toMatchObject({ ok: true });
});

test("every refusal takes at least half a second, whatever was wrong", async () => {
  const guest = await inviteGuest(await makeOwner());
  for (const overrides of [
    { token: "A".repeat(43) },
    { email: "nobody@nordwind.example" },
    { password: "wrong" },
    { password: "x".repeat(2_000) },
  ]) {
    const began = performance.now();
    expect(await answer(guest, overrides)).toBe("refused");
    expect(performance.now() - began).toBeGreaterThanOrEqual(500);
  }
});

test("the temporary password can be guessed at most ten times from one address; after that even the right one is not verified", async () => {
  const guest = await inviteGuest(await makeOwner());
  const address = freshAddress();
  for (let n = 0; n < 10; n++) expect(await answer(guest, { address, password: `guess ${n}` })).toBe("refused");
  expect(await answer(guest, { address })).toBe("refused");
  expect(await answer(guest)).toBe("ok");
});

test("the database holds only hashes of tokens and temporary passwords, and support and gateway can read neither", async () => {
  const guest = await inviteGuest(await makeOwner());
  const self = await beginOnboarding(guest);
  const seed = await seedOf(self, guest);
  const rows = JSON.stringify(
    await asDatabaseOwner("SELECT i::text AS row FROM invitations i UNION ALL SELECT f::text FROM first_logins f"),
  );
  for (const secret of [guest.token, guest.temporary, seed]) expect(rows).not.toContain(secret);
  for (const role of ["countersign_support", "countersign_gateway"]) {
    for (const table of ["invitations", "first_logins"]) {
      const [granted] = await asDatabaseOwner(
        `SELECT has_any_column_privilege('${role}', '${table}', 'SELECT') AS may`,
      );
      expect(granted).toEqual({ may: false });
    }
  }
});

test("an invited user cannot log in at the login page, neither before the device is enrolled nor after", async () => {
  const guest = await inviteGuest(await makeOwner());
  const person = { ...guest, name: "", password: guest.temporary, seed: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" };
  expect(await outcomeOf(await attemptOf(person, { code: "123456" }))).toBe("refused");
  const { seed } = await enrolled(guest);
  expect(await outcomeOf(await attemptOf({ ...person, seed }))).toBe("refused");
});

test("a session of one step cannot use another step or anything else, and a full session cannot use a step", async () => {
  const owner = await makeOwner();
  const guest = await inviteGuest(owner);
  const first = await beginOnboarding(guest);
  const wish = { temporary: guest.temporary, password: GOOD, confirm: GOOD };
  expect(await runOwnAction(firstPassword, wish, factsAs(first))).toEqual(refused("logged_out"));
  expect(await runMemberAction(invitation, { merchantId: owner.merchantId }, factsAs(first))).toEqual(
    refused("logged_out"),
  );
  const self = await returned(await enrolled(guest));
  expect(await runOwnAction(deviceConfirmation, { code: "123456" }, factsAs(self))).toEqual(refused("logged_out"));
  expect(
    await runOwnAction(deviceConfirmation, { code: "123456" }, validRequestInfo(await mintSession(owner))),
  ).toEqual(refused("logged_out"));
  expect(await runOwnAction(firstPassword, wish, validRequestInfo(await mintSession(owner)))).toEqual(
    refused("logged_out"),
  );
  expect(await runOwnAction(firstPassword, wish, { ...factsAs(self), origin: "https://evil.example" })).toEqual(
    refused("foreign_origin"),
  );
  expect(await runOwnAction(firstPassword, wish, { ...factsAs(self), isScripted: false })).toEqual(
    refused("not_a_fetch"),
  );
});

test("a wrong code enrols nothing, and each session is shown its own seed, of which one is enrolled", async () => {
  const guest = await inviteGuest(await makeOwner());
  const [one, two] = [await beginOnboarding(guest), await beginOnboarding(guest)];
  const [seed, other] = [await seedOf(one, guest), await seedOf(two, guest)];
  expect(seed).not.toBe(other);
  expect(await confirmDevice(one, { code: wrongCodeOf({ seed }) })).toEqual(refused("code_wrong"));
  expect(await confirmDevice(one, { code: "12345" })).toEqual(refused("code_malformed"));
  expect(await db().totpDevice.count({ where: { userId: guest.userId } })).toBe(0);
  expect(await confirmDevice(one, { code: codeOf({ seed }) })).toMatchObject({ ok: true });
  expect(await confirmDevice(two, { code: codeOf({ seed: other }) })).toEqual(refused("logged_out"));
  expect(await readSession(two.sessionId)).toBeNull();
  expect(await db().firstLogin.count({ where: { invitationId: guest.invitationId } })).toBe(0);
});

test("twenty concurrent first logins with one link enrol one device", async () => {
  const guest = await inviteGuest(await makeOwner());
  const selves: CurrentUser[] = [];
  for (let n = 0; n < 20; n++) selves.push(await beginOnboarding(guest));
  const codes = await Promise.all(selves.map(async (self) => codeOf({ seed: await seedOf(self, guest) })));
  const answers = await Promise.all(
    selves.map((self, n) => retryWhileBusy(() => confirmDevice(self, { code: codes[n] ?? "" }))),
  );
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(answers.filter((each) => !each.ok && each.refusal.code === "logged_out")).toHaveLength(19);
  expect(await db().auditEvent.count({ where: { event: "device.enrolled", subjectId: guest.userId } })).toBe(1);
});

test("the code that enrolled the device cannot log in as well; without a code the reply names the next step, with a wrong one nothing", async () => {
  const guest = await enrolled(await inviteGuest(await makeOwner()));
  expect(await answer(guest)).toBe("code");
  expect(await answer(guest, { password: "wrong" })).toBe("refused");
  expect(await answer(guest, { code: guest.code })).toBe("refused");
  expect(await answer(guest, { code: wrongCodeOf(guest) })).toBe("refused");
  expect(await answer(guest, { code: await freshCodeOf(guest) })).toBe("ok");
});

test.each([
  ["shorter than 12 characters", "short words", "new_password_length"],
  ["longer than 128 characters", "maple ".repeat(22), "new_password_length"],
  ["common", "Password1234!", "new_password_common"],
  ["a run of neighbours", "qwertyuiopas", "new_password_common"],
])("a password that is %s is refused", async (_what, password, code) => {
  const guest = await enrolled(await inviteGuest(await makeOwner()));
  expect(await choose(await returned(guest), guest, password)).toEqual(refused(code));
});

test("a password that contains the email, equals the temporary one or is typed two ways, and a wrong temporary one, are refused and change nothing", async () => {
  const guest = await enrolled(await inviteGuest(await makeOwner()));
  const self = await returned(guest);
  const [local = ""] = guest.email.split("@");
  expect(await choose(self, guest, `so ${local.toUpperCase()} it is`)).toEqual(refused("new_password_contains_email"));
  expect(await choose(self, guest, guest.temporary)).toEqual(refused("new_password_same"));
  expect(await choose(self, guest, GOOD, "maple river stones")).toEqual(refused("new_password_differs"));
  expect(await choose(self, guest, GOOD, GOOD, "not it")).toEqual(refused("password_wrong"));
  expect(await db().password.count({ where: { userId: guest.userId } })).toBe(0);
  expect(await readSession(self.sessionId)).toMatchObject({ stage: "new_password" });
});

test("the temporary password can be tried ten times at the last step", async () => {
  const guest = await enrolled(await inviteGuest(await makeOwner()));
  const self = await returned(guest);
  for (let n = 0; n < 10; n++)
    expect(await choose(self, guest, GOOD, GOOD, `guess ${n}`)).toEqual(refused("password_wrong"));
  expect(await choose(self, guest)).toEqual(refused("too_many_passwords"));
});

test("of several that set the password at once one succeeds, and the link is then used up", async () => {
  const guest = await enrolled(await inviteGuest(await makeOwner()));
  const self = await returned(guest);
  expect(await welcomeOf(guest.token)).not.toBeNull();
  const wishes = ["maple river stone", "amber field north", "quiet paper lamp", "seven cold mornings"];
  const answers = await Promise.all(wishes.map((password) => choose(self, guest, password)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(answers.filter((each) => !each.ok && each.refusal.code === "logged_out")).toHaveLength(3);
  expect(await welcomeOf(guest.token)).toBeNull();
  expect(await answer(guest, { code: await freshCodeOf(guest) })).toBe("refused");
});

test("a session that sets the password after another is logged out, and is not told that the temporary password is wrong", async () => {
  const guest = await enrolled(await inviteGuest(await makeOwner()));
  const self = await returned(guest);
  expect(await choose(self, guest)).toMatchObject({ ok: true });
  expect(
    await setFirstPassword(self, {
      temporary: guest.temporary,
      password: "amber field north",
      confirm: "amber field north",
    }),
  ).toEqual(refused("logged_out"));
});

test("a link works until the password is set, however often the browser was closed before", async () => {
  const guest = await inviteGuest(await makeOwner());
  await beginOnboarding(guest);
  const late = await enrolled(guest);
  await returned(late);
  const self = await returned(late);
  expect(await choose(self, late)).toMatchObject({ ok: true });
});

test("a session shows its step only for its own link", async () => {
  const owner = await makeOwner();
  const [guest, other] = [await inviteGuest(owner), await inviteGuest(owner)];
  const self = await beginOnboarding(guest);
  expect(await onboardingStep(self, guest.token)).toMatchObject({ name: "device", email: guest.email });
  expect(await onboardingStep(self, other.token)).toBeNull();
  expect(await onboardingStep({ ...self, userId: other.userId }, guest.token)).toBeNull();
});

test("withdrawing an invitation ends a first login in progress at its next step", async () => {
  const guest = await inviteGuest(await makeOwner());
  const self = await beginOnboarding(guest);
  const code = codeOf({ seed: await seedOf(self, guest) });
  await db().invitation.delete({ where: { id: guest.invitationId }, select: { id: true } });
  expect(await confirmDevice(self, { code })).toEqual(refused("logged_out"));
  expect(await db().totpDevice.count({ where: { userId: guest.userId } })).toBe(0);
});

test("a user invited by two merchants sets one password: the other link ends, and its invitation waits to be accepted", async () => {
  const [owner, elsewhere] = [await makeOwner(), await makeOwner()];
  const guest = await enrolled(await inviteGuest(owner));
  const second = await inviteGuest(elsewhere, { email: guest.email });
  expect(await choose(await returned(guest), guest)).toMatchObject({
    ok: true,
    value: { merchantId: owner.merchantId },
  });
  expect(await answer(second)).toBe("refused");
  expect(await invitationsOf(guest.userId)).toMatchObject([{ id: second.invitationId }]);
});

test("a user with a password cannot use an invitation link instead, and their password stays", async () => {
  const owner = await makeOwner();
  const known = await makePerson();
  const guest = await inviteGuest(owner, { email: known.email });
  expect(await answer(guest)).toBe("refused");
  expect(await welcomeOf(guest.token)).toBeNull();
});

test("a user invited as Restricted sets a password and is logged out, told to contact Support", async () => {
  const guest = await enrolled(await inviteGuest(await makeOwner(), { role: "restricted" }));
  const self = await returned(guest);
  expect(await choose(self, guest)).toMatchObject({ ok: true, value: { support: true } });
  expect(await readSession(self.sessionId)).toBeNull();
  expect(await outcomeOf(await attemptOf({ ...guest, name: "", password: GOOD }))).toBe("restricted");
});

test("a seed that was shown and never enrolled is erased once its session ends, and not before", async () => {
  const guest = await inviteGuest(await makeOwner());
  const [over, current] = [await beginOnboarding(guest), await beginOnboarding(guest)];
  await db().session.update({ where: { id: over.sessionId }, data: { endedAt: new Date() }, select: { id: true } });
  await deleteEndedFirstLogins();
  const left = await db().firstLogin.findMany({
    where: { invitationId: guest.invitationId },
    select: { sessionId: true },
  });
  expect(left).toEqual([{ sessionId: current.sessionId }]);
});
