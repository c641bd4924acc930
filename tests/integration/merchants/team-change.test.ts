import { expect, test } from "vitest";
import type { Member } from "@/lib/access/member";
import { readSession } from "@/lib/identity/session/sessions";
import { changeRole } from "@/lib/merchants/team/change-role";
import { inviteUsers } from "@/lib/merchants/team/invite";
import { listTeam } from "@/lib/merchants/team/queries";
import { removeUser } from "@/lib/merchants/team/remove";
import { db } from "@/lib/platform/db/db";
import { outboxOf } from "../../kit/mail/mail";
import { freshProof, generated, storedKey } from "../../kit/people/api-keys";
import { makeMember, makeOwner, makePerson } from "../../kit/people/people";
import { inviteGuest, newEmail, openInvitationOf } from "../../kit/people/team";

const remove = (by: Member, userId: string) => removeUser(by, { userId }, freshProof(by));
const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const roleOf = async (merchantId: string, userId: string) =>
  (await db().membership.findUnique({ where: { merchantId_userId: { merchantId, userId } }, select: { role: true } }))
    ?.role ?? null;
const eventsAbout = async (subjectId: string) =>
  (
    await db().auditEvent.findMany({
      where: { subjectId },
      select: { event: true, data: true, actorId: true },
      orderBy: { id: "asc" },
    })
  ).map(({ event }) => event);

test("a role change ends all of the user's sessions at once, is recorded and mailed", async () => {
  const owner = await makeOwner();
  const person = await makeMember("view", owner.merchantId);
  expect(await readSession(person.member.sessionId)).not.toBeNull();
  expect(await changeRole(owner.member, { userId: person.userId, role: "limits" }, freshProof(owner))).toMatchObject({
    ok: true,
  });
  expect(await roleOf(owner.merchantId, person.userId)).toBe("limits");
  expect(await readSession(person.member.sessionId)).toBeNull();
  expect(await readSession(owner.member.sessionId)).not.toBeNull();
  expect(await eventsAbout(person.userId)).toEqual(["team.role_changed", "session.ended"]);
  expect(await outboxOf(person.email)).toMatchObject([
    { template: "role_changed", data: { before: "view", after: "limits", by: owner.email } },
  ]);
});

test("saving the current role changes nothing, ends nothing and mails nobody", async () => {
  const owner = await makeOwner();
  const person = await makeMember("exchange", owner.merchantId);
  expect(await changeRole(owner.member, { userId: person.userId, role: "exchange" }, freshProof(owner))).toMatchObject({
    ok: true,
  });
  expect(await readSession(person.member.sessionId)).not.toBeNull();
  expect(await eventsAbout(person.userId)).toEqual([]);
  expect(await outboxOf(person.email)).toEqual([]);
});

test("nobody can change their own role, not even where there is another Owner", async () => {
  const owner = await makeOwner();
  await makeMember("owner", owner.merchantId);
  expect(await changeRole(owner.member, { userId: owner.userId, role: "view" }, freshProof(owner))).toEqual(
    refused("own_role"),
  );
  expect(await roleOf(owner.merchantId, owner.userId)).toBe("owner");
});

test("an Owner cannot take the Owner role from another", async () => {
  const owner = await makeOwner();
  const other = await makeMember("owner", owner.merchantId);
  expect(await changeRole(owner.member, { userId: other.userId, role: "view" }, freshProof(owner))).toEqual(
    refused("owner_by_support"),
  );
  expect(await roleOf(owner.merchantId, other.userId)).toBe("owner");
  expect(await readSession(other.member.sessionId)).not.toBeNull();
});

test("another merchant's members are refused like unknown ones, and keep their role", async () => {
  const owner = await makeOwner();
  const stranger = await makeMember("view");
  for (const userId of [stranger.userId, crypto.randomUUID()]) {
    expect(await changeRole(owner.member, { userId, role: "limits" }, freshProof(owner))).toEqual(refused("not_found"));
    expect(await remove(owner.member, userId)).toEqual(refused("not_found"));
  }
  expect(await roleOf(stranger.merchantId, stranger.userId)).toBe("view");
});

test("removing a user ends access, invitation and sessions, emails them, and leaves keys alone", async () => {
  const owner = await makeOwner();
  const other = await makeMember("owner", owner.merchantId);
  const { id } = await generated(other);
  const before = await storedKey(id);
  expect(await remove(owner.member, other.userId)).toMatchObject({ ok: true });
  expect(await roleOf(owner.merchantId, other.userId)).toBeNull();
  expect(await readSession(other.member.sessionId)).toBeNull();
  expect(await storedKey(id)).toEqual(before);
  expect(await eventsAbout(other.userId)).toEqual(["team.removed", "session.ended"]);
  expect((await outboxOf(other.email)).map(({ template }) => template)).toContain("removed");
});

test("a user who is removed from one merchant keeps the others", async () => {
  const owner = await makeOwner();
  const elsewhere = await makeOwner();
  const person = await makePerson({
    roles: [
      { merchantId: owner.merchantId, role: "view" },
      { merchantId: elsewhere.merchantId, role: "limits" },
    ],
  });
  expect(await remove(owner.member, person.userId)).toMatchObject({ ok: true });
  expect(await roleOf(elsewhere.merchantId, person.userId)).toBe("limits");
});

test("the last Owner cannot leave; a disabled Owner does not count as a remaining one", async () => {
  const owner = await makeOwner();
  expect(await remove(owner.member, owner.userId)).toEqual(refused("last_owner"));
  await makePerson({ roles: [{ merchantId: owner.merchantId, role: "owner" }], disabled: true });
  expect(await remove(owner.member, owner.userId)).toEqual(refused("last_owner"));
  expect(await roleOf(owner.merchantId, owner.userId)).toBe("owner");
  await makeMember("owner", owner.merchantId);
  expect(await remove(owner.member, owner.userId)).toMatchObject({ ok: true });
});

test("of Owners who all remove each other at once, one remains", async () => {
  for (let round = 0; round < 3; round++) {
    const first = await makeOwner();
    const owners = [first, await makeMember("owner", first.merchantId), await makeMember("owner", first.merchantId)];
    const answers = await Promise.all(
      owners.flatMap((by) =>
        owners.filter((of) => of !== by).map((of) => removeUser(by.member, { userId: of.userId }, { kind: "none" })),
      ),
    );
    expect(await db().membership.count({ where: { merchantId: first.merchantId, role: "owner" } })).toBe(1);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
    for (const answer of answers)
      expect(answer.ok || answer.refusal.code).toSatisfy((code) => code === true || code === "not_found");
  }
});

test("an Owner who has just been removed can add, change and remove nobody", async () => {
  const owner = await makeOwner();
  const gone = await makeMember("owner", owner.merchantId);
  const person = await makeMember("view", owner.merchantId);
  expect(await remove(owner.member, gone.userId)).toMatchObject({ ok: true });
  expect(await remove(gone.member, person.userId)).toEqual(refused("not_found"));
  expect(await changeRole(gone.member, { userId: person.userId, role: "limits" }, freshProof(gone))).toEqual(
    refused("not_found"),
  );
  expect(await inviteUsers(gone.member, { emails: [newEmail()], role: "view" }, freshProof(gone))).toEqual(
    refused("not_found"),
  );
});

test("one code confirms one change, however many are sent at once; a refused one consumes nothing", async () => {
  const owner = await makeOwner();
  const people = await Promise.all([1, 2, 3, 4].map(() => makeMember("view", owner.merchantId)));
  const proof = freshProof(owner);
  const refusedFirst = await removeUser(owner.member, { userId: crypto.randomUUID() }, proof);
  expect(refusedFirst).toEqual(refused("not_found"));
  const answers = await Promise.all(people.map(({ userId }) => removeUser(owner.member, { userId }, proof)));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(answers.filter((answer) => !answer.ok && answer.refusal.code === "code_used")).toHaveLength(3);
});

test("an invited user's role is changed and withdrawn in the invitation, without a session or a mail of theirs", async () => {
  const owner = await makeOwner();
  const guest = await inviteGuest(owner);
  expect(await changeRole(owner.member, { userId: guest.userId, role: "restricted" }, freshProof(owner))).toMatchObject(
    { ok: true },
  );
  expect((await openInvitationOf(owner.merchantId, guest.email)).role).toBe("restricted");
  expect(await remove(owner.member, guest.userId)).toMatchObject({ ok: true });
  expect(await db().invitation.count({ where: { userId: guest.userId } })).toBe(0);
  expect((await outboxOf(guest.email)).map(({ template }) => template)).toEqual(["invitation"]);
});

test("the list shows members with role, 2FA and last use, and invited users only with what the Owner entered", async () => {
  const owner = await makeOwner();
  const without = await makePerson({ roles: [{ merchantId: owner.merchantId, role: "view" }], device: false });
  const known = await makePerson({});
  await inviteGuest(owner, { email: known.email });
  const guest = await inviteGuest(owner);
  const rows = await listTeam(owner.merchantId);
  expect(rows).toMatchObject([
    { kind: "member", email: owner.email, role: "owner", twoFactor: true, seenAt: expect.any(String) },
    { kind: "member", email: without.email, role: "view", twoFactor: false, seenAt: null },
    { kind: "invited", email: known.email, over: false },
    { kind: "invited", email: guest.email, over: false },
  ]);
  expect(Object.keys(rows[2] ?? {})).toEqual(Object.keys(rows[3] ?? {}));
});
