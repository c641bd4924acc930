import { expect, test } from "vitest";
import { countFailure, reserveAttempt } from "@/lib/identity/second-factor/attempt-limit";
import { db } from "@/lib/platform/db/db";
import { lookAtKeys, lookAtMembers } from "@/lib/support/looks";
import type { SupportMember } from "@/lib/support/members";
import { disableUser } from "@/lib/support/operator/disable-user";
import { resetTwoFactor } from "@/lib/support/operator/reset-access";
import { activated, asDatabaseOwner, unwrap } from "../../kit/people/api-keys";
import { makeMember, makeOwner, type Owner, type Person } from "../../kit/people/people";
import { makeStaff } from "../../kit/people/support";
import { expire, inviteGuest } from "../../kit/people/team";

const membersOf = async ({ merchantId }: Owner) =>
  (await lookAtMembers(await makeStaff(), merchantId, null))?.value.members ?? [];

async function loginOf(owner: Owner, { email }: { email: string }) {
  const found = (await membersOf(owner)).find((member) => member.email === email);
  if (found?.kind !== "member") throw new Error("no member");
  return found.login;
}

async function failCodes({ userId }: Person, purpose: "login" | "step_up", times: number) {
  for (let n = 0; n < times; n++) {
    await asDatabaseOwner(
      `UPDATE code_attempts SET locked_until = NULL, failures = 0 WHERE user_id = '${userId}' AND failures >= 5`,
    );
    await reserveAttempt(userId, purpose);
    await countFailure(userId, purpose);
  }
}

const OPEN = {
  disabled: false,
  hasDevice: true,
  passkeys: 0,
  wasReset: false,
  loginLockedUntil: null,
  loginDisabled: false,
};

test("a member who can log in is shown so, with when they were last seen", async () => {
  const owner = await makeOwner();
  expect(await loginOf(owner, owner)).toMatchObject({
    ...OPEN,
    seenAt: expect.any(String),
    changesLockedUntil: null,
    changesDisabled: false,
  });
});

test("five wrong codes at login are shown with the time at which the lock ends, and a lock of changes separately", async () => {
  const owner = await makeOwner();
  const [atLogin, atChanges] = [
    await makeMember("view", owner.merchantId),
    await makeMember("limits", owner.merchantId),
  ];
  await failCodes(atLogin, "login", 5);
  await failCodes(atChanges, "step_up", 5);
  const [login, changes] = [await loginOf(owner, atLogin), await loginOf(owner, atChanges)];
  expect(Date.parse(String(login.loginLockedUntil)) - Date.now()).toBeGreaterThan(20 * 60_000);
  expect([login.changesLockedUntil, changes.loginLockedUntil]).toEqual([null, null]);
  expect(changes.changesLockedUntil).not.toBeNull();
  await asDatabaseOwner(
    `UPDATE code_attempts SET locked_until = now() - interval '1 second' WHERE user_id = '${atLogin.userId}'`,
  );
  expect((await loginOf(owner, atLogin)).loginLockedUntil).toBeNull();
});

test("fifty wrong codes disable them, by the same count as for changes", async () => {
  const owner = await makeOwner();
  const member = await makeMember("view", owner.merchantId);
  await failCodes(member, "login", 49);
  expect((await loginOf(owner, member)).loginDisabled).toBe(false);
  await failCodes(member, "login", 1);
  expect((await loginOf(owner, member)).loginDisabled).toBe(true);
});

test("a disabled user, and one who was reset and has not logged in since, is shown so", async () => {
  const owner = await makeOwner();
  const [gone, reset] = [await makeMember("view", owner.merchantId), await makeMember("view", owner.merchantId)];
  unwrap(await disableUser("k.osei", gone.email, "left"));
  unwrap(await resetTwoFactor("k.osei", reset.email, "lost phone"));
  expect(await loginOf(owner, gone)).toMatchObject({ disabled: true });
  expect(await loginOf(owner, reset)).toMatchObject({
    hasDevice: false,
    wasReset: true,
    linkUntil: expect.any(String),
  });
});

test("invited users are listed among the members, with the end of their invitation, until they accept or it is withdrawn", async () => {
  const [owner, other] = [await makeOwner(), await makeOwner()];
  const [open, over] = [await inviteGuest(owner, { role: "exchange" }), await inviteGuest(owner)];
  await expire(over);
  const found = Object.fromEntries((await membersOf(owner)).map((member: SupportMember) => [member.email, member]));
  expect(found[open.email]).toMatchObject({
    kind: "invited",
    role: "exchange",
    isOver: false,
    until: expect.any(String),
  });
  expect(found[over.email]).toMatchObject({ kind: "invited", isOver: true });
  expect((await membersOf(other)).map(({ email }) => email)).toEqual([other.email]);
  await db().invitation.delete({ where: { id: open.invitationId }, select: { id: true } });
  expect((await membersOf(owner)).map(({ email }) => email)).not.toContain(open.email);
});

test("pages of members and invited follow one another by email, without a gap or a repeat", async () => {
  const owner = await makeOwner();
  for (let n = 0; n < 14; n++) {
    await makeMember("view", owner.merchantId);
    await inviteGuest(owner);
  }
  const staff = await makeStaff();
  const first = (await lookAtMembers(staff, owner.merchantId, null))?.value;
  const second = (await lookAtMembers(staff, owner.merchantId, first?.after ?? null))?.value;
  const emails = [...(first?.members ?? []), ...(second?.members ?? [])].map(({ email }) => email);
  expect([first?.members.length, second?.members.length, second?.after]).toEqual([25, 4, null]);
  expect(emails).toEqual([...new Set(emails)].sort());
});

test("a key has one timeline: what its Owners read of it, newest first, by whom, and of no other key", async () => {
  const owner = await makeOwner();
  const { id, number } = await activated(owner, { allowedIps: ["203.0.112.7"] });
  await activated(await makeOwner());
  const page = (await lookAtKeys(await makeStaff(), owner.merchantId, null))?.value;
  const timeline = page?.keys.find((key) => key.id === id)?.timeline;
  expect(timeline?.events.map(({ what }) => what)).toEqual([
    `Secret key of key ${number} delivered`,
    `Key ${number} activated`,
    `Key ${number} generated`,
  ]);
  expect(timeline?.events.at(-1)).toMatchObject({ by: owner.email, icon: "generated" });
  expect(timeline?.isCut).toBe(false);
});

test("of a long history the newest are shown, and that there are older ones", async () => {
  const owner = await makeOwner();
  const { id } = await activated(owner);
  await asDatabaseOwner(`INSERT INTO audit_events (event, actor_kind, merchant_id, api_key_id, data)
    SELECT 'api_key.ips_changed', 'user', '${owner.merchantId}', '${id}', '{}' FROM generate_series(1, 30)`);
  const page = (await lookAtKeys(await makeStaff(), owner.merchantId, null))?.value;
  expect(page?.keys[0]?.timeline).toMatchObject({ isCut: true, events: { length: 12 } });
});
