import { verify } from "@node-rs/argon2";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Member } from "@/lib/access/member";
import type { AssignableRole } from "@/lib/access/roles";
import { runMemberAction } from "@/lib/actions/member-action";
import type { Proof } from "@/lib/identity/second-factor/challenge";
import { acceptInvitation } from "@/lib/merchants/team/accept";
import { type Added, inviteUsers } from "@/lib/merchants/team/invite";
import { invitation } from "@/lib/merchants/team/operations";
import { invitationsOf } from "@/lib/merchants/team/queries";
import { newTemporaryPassword } from "@/lib/merchants/team/temporary-password";
import { db } from "@/lib/platform/db/db";
import { describe as sentence } from "@/lib/words/refusals/refusals";
import { deadlocksFromNow } from "../../kit/database/deadlocks";
import { onlyMailOf, outboxOf } from "../../kit/mail/mail";
import { asDatabaseOwner, freshProof } from "../../kit/people/api-keys";
import { attemptOf, outcomeOf } from "../../kit/people/login";
import { makeMember, makeOwner, makePerson, type Owner, type Person } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { expire, inviteGuest, newEmail, openInvitationOf } from "../../kit/people/team";
import { freshCodeOf } from "../../kit/people/totp";

const refused = (code: string) => ({ ok: false, refusal: expect.objectContaining({ code }) });
const selfOf = async (person: Person) => ({ ...person, ...(await mintSession(person)), address: null });
const roleOf = async (merchantId: string, userId: string) =>
  (await db().membership.findUnique({ where: { merchantId_userId: { merchantId, userId } }, select: { role: true } }))
    ?.role ?? null;

/** Invites a single address, the most common case. */
const inviteUser = (member: Member, { email, role }: { email: string; role: AssignableRole }, proof: Proof) =>
  inviteUsers(member, { emails: [email], role }, proof);
const onlyOne = ({ invited: [only] }: Added) => {
  if (!only) throw new Error("nobody was added");
  return only;
};

test("adding a user creates an account that cannot log in, an invitation, its event and its mail, and returns the temporary password once", async () => {
  const owner = await makeOwner();
  const email = newEmail();
  const added = await inviteUser(owner.member, { email, role: "limits" }, freshProof(owner));
  if (!added.ok) throw new Error(added.refusal.code);
  const { temporaryPassword } = onlyOne(added.value);
  expect(added.value.members).toEqual([]);
  expect(onlyOne(added.value)).toMatchObject({
    email,
    temporaryPassword: expect.stringMatching(/^[a-km-np-z2-9]{16}$/),
  });
  const open = await openInvitationOf(owner.merchantId, email);
  expect(open).toMatchObject({
    role: "limits",
    tokenHash: null,
    temporaryHash: expect.stringMatching(/^\$argon2id\$/),
  });
  expect(await roleOf(owner.merchantId, open.userId)).toBeNull();
  const mail = await onlyMailOf(email);
  expect(mail).toMatchObject({
    template: "invitation",
    data: { invitationId: open.id, role: "limits", by: owner.email },
  });
  const everywhere = await asDatabaseOwner(
    "SELECT o::text AS row FROM outbox o UNION ALL SELECT e::text FROM audit_events e UNION ALL SELECT i::text FROM invitations i",
  );
  expect(JSON.stringify(everywhere)).not.toContain(temporaryPassword);
});

test("adding a user who has an account returns the same; the shown password does not work, and their mail says to log in", async () => {
  const owner = await makeOwner();
  const known = await makePerson();
  const [toKnown, toNew] = [
    await inviteUser(owner.member, { email: known.email, role: "view" }, freshProof(owner)),
    await inviteUser(owner.member, { email: newEmail(), role: "view" }, freshProof(owner)),
  ];
  if (!toKnown.ok || !toNew.ok) throw new Error("refused");
  const shown = onlyOne(toKnown.value);
  expect(Object.keys(shown)).toEqual(Object.keys(onlyOne(toNew.value)));
  expect(shown.temporaryPassword).toHaveLength(onlyOne(toNew.value).temporaryPassword.length);
  expect((await openInvitationOf(owner.merchantId, known.email)).temporaryHash).toBeNull();
  expect((await onlyMailOf(known.email)).template).toBe("invitation_existing");
  expect(await outcomeOf(await attemptOf(known, { password: shown.temporaryPassword }))).toBe("refused");
  expect(await outcomeOf(await attemptOf(known))).toBe("ok");
});

test("a member is refused, and nothing is written", async () => {
  const owner = await makeOwner();
  const member = await makeMember("view", owner.merchantId);
  expect(await inviteUser(owner.member, { email: member.email, role: "limits" }, freshProof(owner))).toEqual(
    refused("already_member"),
  );
  expect(await outboxOf(member.email)).toEqual([]);
  expect(await roleOf(owner.merchantId, member.userId)).toBe("view");
});

describe("several users added at once", () => {
  test("have an invitation, an event, an email and a temporary password each, with one code", async () => {
    const owner = await makeOwner();
    const emails = [newEmail(), newEmail(), (await makePerson()).email];
    const added = await inviteUsers(owner.member, { emails, role: "exchange" }, freshProof(owner));
    if (!added.ok) throw new Error(added.refusal.code);
    const { invited, members } = added.value;
    expect([invited.map(({ email }) => email), members]).toEqual([emails, []]);
    expect(new Set(invited.map(({ temporaryPassword }) => temporaryPassword)).size).toBe(3);
    for (const email of emails) {
      expect(await openInvitationOf(owner.merchantId, email)).toMatchObject({ role: "exchange" });
      await onlyMailOf(email);
    }
    expect(await db().auditEvent.count({ where: { event: "team.invited", merchantId: owner.merchantId } })).toBe(3);
  });

  test("log in with their own temporary password, and no other", async () => {
    const owner = await makeOwner();
    const emails = [newEmail(), newEmail()];
    const added = await inviteUsers(owner.member, { emails, role: "view" }, freshProof(owner));
    if (!added.ok) throw new Error(added.refusal.code);
    const passwords = added.value.invited.map(({ temporaryPassword }) => temporaryPassword);
    const hashes = await Promise.all(
      emails.map(async (email) => (await openInvitationOf(owner.merchantId, email)).temporaryHash),
    );
    const opens = await Promise.all(hashes.flatMap((hash) => passwords.map((plain) => verify(hash ?? "", plain))));
    expect(opens).toEqual([true, false, false, true]);
  });

  test("members are named and left as they are; all others are added", async () => {
    const owner = await makeOwner();
    const member = await makeMember("view", owner.merchantId);
    const [first, last] = [newEmail(), newEmail()];
    const added = await inviteUsers(
      owner.member,
      { emails: [first, member.email, last], role: "limits" },
      freshProof(owner),
    );
    expect(added).toMatchObject({
      ok: true,
      value: { invited: [{ email: first }, { email: last }], members: [member.email] },
    });
    expect(await roleOf(owner.merchantId, member.userId)).toBe("view");
    expect(await outboxOf(member.email)).toEqual([]);
  });

  test("where all are members they are all named, and the code is not consumed", async () => {
    const owner = await makeOwner();
    const [one, two] = [await makeMember("view", owner.merchantId), await makeMember("limits", owner.merchantId)];
    const proof = freshProof(owner);
    const emails = [one.email, two.email];
    const refusal = { code: "already_member", emails } as const;
    expect(await inviteUsers(owner.member, { emails, role: "limits" }, proof)).toEqual({ ok: false, refusal });
    expect(sentence(refusal)).toBe(
      `${one.email} and ${two.email} already belong to this merchant. Change their roles in the list.`,
    );
    expect((await inviteUsers(owner.member, { emails: [newEmail()], role: "limits" }, proof)).ok).toBe(true);
  });

  test("by several merchants at once, in any order, do not deadlock", async () => {
    const deadlocks = deadlocksFromNow();
    const emails = Array.from({ length: 8 }, newEmail);
    const owners = await Promise.all([makeOwner(), makeOwner(), makeOwner()]);
    const add = async ({ member }: Owner, index: number) => {
      const given = index % 2 === 0 ? emails : emails.toReversed();
      for (;;) {
        const answer = await inviteUsers(member, { emails: given, role: "view" }, { kind: "none" });
        if (answer.ok) return answer.value.invited.map(({ email }) => email);
        // On a machine with little processor time, later requests are refused as busy.
        expect(answer.refusal.code).toBe("busy");
      }
    };
    expect(await Promise.all(owners.map(add))).toEqual([emails, emails.toReversed(), emails]);
    expect(await db().user.count({ where: { email: { in: emails } } })).toBe(8);
    expect(deadlocks()).toEqual([]);
  });
});

test("adding a user again replaces the invitation: the first link and the first password stop working", async () => {
  const owner = await makeOwner();
  const first = await inviteGuest(owner);
  const second = await inviteGuest(owner, { email: first.email, role: "exchange" });
  expect(second.invitationId).not.toBe(first.invitationId);
  expect(second.userId).toBe(first.userId);
  expect(await db().invitation.findUnique({ where: { id: first.invitationId }, select: { id: true } })).toBeNull();
});

test("one user added twenty times at once has one account and one open invitation", async () => {
  const owner = await makeOwner();
  const email = newEmail();
  await Promise.allSettled(
    Array.from({ length: 20 }, () => inviteUser(owner.member, { email, role: "view" }, { kind: "none" })),
  );
  expect(await db().user.count({ where: { email } })).toBe(1);
  expect(await db().invitation.count({ where: { user: { email } } })).toBe(1);
});

test.each([
  ["the Owner role", { role: "owner" }],
  ["a role that does not exist", { role: "admin" }],
  ["no role", { role: undefined }],
  ["no address", { emails: [] }],
  ["an empty address", { emails: [""] }],
  ["something that is no address", { emails: ["leo at nordwind"] }],
  ["two addresses in one", { emails: ["leo@nordwind.example, ivo@nordwind.example"] }],
  ["a line break in an address", { emails: ["leo@nordwind.example\nBcc: all@nordwind.example"] }],
  ["an address of 300 characters", { emails: [`${"a".repeat(290)}@x.example`] }],
  ["one malformed address among others", { emails: ["leo@nordwind.example", "ivo"] }],
  ["21 addresses", { emails: Array.from({ length: 21 }, (_, n) => `a${n}@nordwind.example`) }],
  ["text in the place of a list", { emails: "leo@nordwind.example" }],
])("%s is refused before the code is verified", async (_what, overrides) => {
  const owner = await makeOwner();
  const raw = {
    merchantId: owner.merchantId,
    emails: [newEmail()],
    role: "view",
    code: await freshCodeOf(owner),
    ...overrides,
  };
  expect(await runMemberAction(invitation, raw, validRequestInfo(await mintSession(owner)))).toEqual(
    refused("invalid_input"),
  );
});

test("an address is trimmed and lower-cased, so that no user gets two accounts", async () => {
  const owner = await makeOwner();
  const email = newEmail();
  const raw = {
    merchantId: owner.merchantId,
    emails: [` ${email.toUpperCase()} `, email],
    role: "view",
    code: await freshCodeOf(owner),
  };
  expect(await runMemberAction(invitation, raw, validRequestInfo(await mintSession(owner)))).toMatchObject({
    ok: true,
    value: { invited: [{ email }], members: [] },
  });
  await expect(asDatabaseOwner("INSERT INTO users (email, name) VALUES ('Leo@Nordwind.example', 'x')")).rejects.toThrow(
    "users_email_lower_case",
  );
});

test("a user accepts an invitation once, and is a member with its role", async () => {
  const owner = await makeOwner();
  const known = await makePerson();
  const { invitationId } = await inviteGuest(owner, { email: known.email, role: "exchange" });
  const self = await selfOf(known);
  expect(await invitationsOf(known.userId)).toMatchObject([{ id: invitationId, role: "exchange", by: owner.email }]);
  const answers = await Promise.all(Array.from({ length: 8 }, () => acceptInvitation(self, { invitationId })));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await roleOf(owner.merchantId, known.userId)).toBe("exchange");
  expect(await invitationsOf(known.userId)).toEqual([]);
  expect(
    await db().auditEvent.count({
      where: { event: "team.joined", merchantId: owner.merchantId, subjectId: known.userId },
    }),
  ).toBe(1);
});

test("another user's, an old and a withdrawn invitation are refused like an unknown one, and make nobody a member", async () => {
  const owner = await makeOwner();
  const [known, other] = [await makePerson(), await makePerson()];
  const offered = await inviteGuest(owner, { email: known.email });
  const stranger = await acceptInvitation(await selfOf(other), { invitationId: offered.invitationId });
  await expire(offered);
  const old = await acceptInvitation(await selfOf(known), { invitationId: offered.invitationId });
  expect(await invitationsOf(known.userId)).toEqual([]);
  await db().invitation.delete({ where: { id: offered.invitationId }, select: { id: true } });
  const withdrawn = await acceptInvitation(await selfOf(known), { invitationId: offered.invitationId });
  for (const answer of [stranger, old, withdrawn]) expect(answer).toEqual(refused("not_found"));
  expect(await db().membership.count({ where: { merchantId: owner.merchantId } })).toBe(1);
});

test("a temporary password uses 32 characters, each equally likely, and no two that look alike", () => {
  const all = newTemporaryPassword(() => Uint8Array.from({ length: 256 }, (_, byte) => byte));
  expect(new Set(all).size).toBe(32);
  expect(all).not.toMatch(/[lo01A-Z]/);
  expect(z.string().length(256).safeParse(all).success).toBe(true);
});
