import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { confirmDevice } from "@/lib/identity/onboarding/confirm-device";
import { setFirstPassword } from "@/lib/identity/onboarding/set-password";
import { readSession } from "@/lib/identity/session/sessions";
import { invitationTokenHash } from "@/lib/platform/crypto/invitation-token";
import { db } from "@/lib/platform/db/db";
import {
  adminInProcess as admin,
  adminCommand,
  OPERATOR,
  operatorEvents,
  printedPassword,
  stateSnapshot,
} from "../../kit/admin";
import { activated, asDatabaseOwner } from "../../kit/people/api-keys";
import { attemptOf, outcomeOf } from "../../kit/people/login";
import { makeMember, makeMerchant, makeOwner, makePerson, type Owner } from "../../kit/people/people";
import { mintSession } from "../../kit/people/session";
import { beginOnboarding, type Guest, seedOf } from "../../kit/people/team";
import { codeOf, freshCodeOf } from "../../kit/people/totp";

const asProcess = adminCommand();
const newEmail = () => `ada.${randomBytes(5).toString("hex")}@kestrel.example`;
const roleOf = async (merchantId: string, email: string) =>
  (await db().membership.findFirst({ where: { merchantId, user: { email } }, select: { role: true } }))?.role ?? null;
const mailsTo = async (recipient: string) =>
  (
    await db().outboxMail.findMany({ where: { recipient }, orderBy: { createdAt: "asc" }, select: { template: true } })
  ).map(({ template }) => template);
const lastEvent = async () => (await operatorEvents()).at(-1);

/**
 * A person whom an operator let in and whose mail has been sent: the token is stored where the
 * worker stores it.
 */
async function guestOf(email: string, temporary: string): Promise<Guest> {
  const { id, userId } = await db().invitation.findFirstOrThrow({
    where: { acceptedAt: null, temporaryHash: { not: null }, user: { email } },
    select: { id: true, userId: true },
  });
  const token = randomBytes(32).toString("base64url");
  await db().invitation.update({
    where: { id },
    data: { tokenHash: invitationTokenHash(token) },
    select: { id: true },
  });
  return { email, userId, invitationId: id, token, temporary };
}

const NEW_PASSWORD = "maple river stone";

/**
 * The whole first login: device, next code, new password. Returns the credentials for later
 * logins.
 */
async function throughFirstLogin(guest: Guest) {
  const self = await beginOnboarding(guest);
  const seed = await seedOf(self, guest);
  expect(await confirmDevice(self, { code: codeOf({ seed }) })).toMatchObject({ ok: true });
  const again = await beginOnboarding(guest, { code: await freshCodeOf({ ...guest, seed }) });
  const done = await setFirstPassword(again, {
    temporary: guest.temporary,
    password: NEW_PASSWORD,
    confirm: NEW_PASSWORD,
  });
  expect(done).toMatchObject({ ok: true });
  return { ...guest, name: guest.email, password: NEW_PASSWORD, seed };
}

describe("create-merchant", () => {
  test("creates a merchant and a first Owner who logs in with the password printed once and the link of the mail", async () => {
    const email = newEmail();
    const ended = await admin("create-merchant", "Kestrel  Payments", email.toUpperCase(), "--test", "--yes");
    expect(ended.code).toBe(0);
    const merchant = await db().merchant.findFirstOrThrow({
      where: { name: "Kestrel Payments" },
      select: { id: true, number: true, mode: true },
    });
    expect(merchant.mode).toBe("test");
    expect(ended.output).toContain(`Merchant ${merchant.number}, Kestrel Payments, was created.`);
    const person = await throughFirstLogin(await guestOf(email, printedPassword(ended)));
    expect(await outcomeOf(await attemptOf(person))).toBe("ok");
    expect(await roleOf(merchant.id, email)).toBe("owner");
    expect(await mailsTo(email)).toEqual(["invitation"]);
    const events = (await operatorEvents()).filter(({ merchantId }) => merchantId === merchant.id);
    expect(events.map(({ event }) => event)).toEqual(["merchant.created", "team.invited"]);
    expect(events[1]).toMatchObject({
      actorId: null,
      sessionId: null,
      address: null,
      data: { role: "owner", operator: OPERATOR },
    });
  });

  test("the temporary password is stored only as a hash, and is in no mail and no event", async () => {
    const password = printedPassword(await admin("create-merchant", "Hashed Ltd", newEmail(), "--yes"));
    for (const table of ["invitations", "users", "passwords", "outbox", "audit_events"]) {
      const rows = await asDatabaseOwner(`SELECT t::text AS row FROM ${table} t`);
      expect(rows.filter(({ row }) => String(row).includes(password))).toEqual([]);
    }
  });

  test("a user who has an account is asked to accept: no password is printed, and they are no Owner until then", async () => {
    const { email } = await makeOwner();
    const ended = await admin("create-merchant", "Second House", email, "--yes");
    expect(ended).toMatchObject({ code: 0, output: expect.stringContaining("accept under Merchants") });
    expect(ended.output).not.toContain("Temporary password");
    const { id } = await db().merchant.findFirstOrThrow({ where: { name: "Second House" }, select: { id: true } });
    expect(await roleOf(id, email)).toBeNull();
    expect(await mailsTo(email)).toEqual(["invitation_existing"]);
  });
});

describe("what cannot be done is refused before the confirmation", () => {
  test.each([
    ["disable-user", "is disabled.", async () => [(await disabledMember()).email]],
    ["reset-2fa", "is disabled.", async () => [(await disabledMember()).email]],
    ["reset-password", "is disabled.", async () => [(await disabledMember()).email]],
    ["enable-user", "is not disabled.", async () => [(await makeOwner()).email]],
    ["grant-owner", "is already an Owner of this merchant.", async () => merchantAnd(await makeOwner())],
    ["take-owner", "the last Owner who can log in", async () => merchantAnd(await makeOwner())],
    [
      "take-owner",
      "is not an Owner of this merchant.",
      async () => {
        const owner = await makeOwner();
        return merchantAnd(owner, (await makeMember("view", owner.merchantId)).email);
      },
    ],
  ])("%s: %s", async (command, sentence, words) => {
    const { code, output } = await admin(command, ...(await words()), "--yes");
    expect([code, output.split("\n").length]).toEqual([1, 2]);
    expect(output).toContain(sentence);
  });

  async function disabledMember() {
    const member = await makeMember("view", (await makeOwner()).merchantId);
    await db().user.update({ where: { id: member.userId }, data: { disabledAt: new Date() }, select: { id: true } });
    return member;
  }

  async function merchantAnd({ merchantId, email }: Owner, of = email) {
    const { number } = await db().merchant.findUniqueOrThrow({ where: { id: merchantId }, select: { number: true } });
    return [String(number), of];
  }
});

describe("grant-owner", () => {
  test("a member becomes an Owner at once, is emailed, and all of their sessions end", async () => {
    const { number, id } = await makeMerchant();
    const member = await makeMember("view", id);
    expect((await admin("grant-owner", String(number), member.email, "--yes")).code).toBe(0);
    expect(await roleOf(id, member.email)).toBe("owner");
    expect(await readSession(member.member.sessionId)).toBeNull();
    expect(await mailsTo(member.email)).toEqual(["role_changed"]);
    expect(await lastEvent()).toMatchObject({
      event: "owner.granted",
      merchantId: id,
      subjectId: member.userId,
      data: { before: "view", operator: OPERATOR },
    });
  });

  test("an Owner is refused, and nothing is changed", async () => {
    const owner = await makeOwner();
    const { number } = await db().merchant.findUniqueOrThrow({
      where: { id: owner.merchantId },
      select: { number: true },
    });
    const before = await stateSnapshot();
    expect(await admin("grant-owner", String(number), owner.email, "--yes")).toMatchObject({
      code: 1,
      output: expect.stringContaining("already"),
    });
    expect(await stateSnapshot()).toBe(before);
  });

  test("repeated for a user who has not logged in yet, the first password and link stop working", async () => {
    const { number } = await makeMerchant();
    const email = newEmail();
    const first = await guestOf(email, printedPassword(await admin("grant-owner", String(number), email, "--yes")));
    const second = await guestOf(email, printedPassword(await admin("grant-owner", String(number), email, "--yes")));
    await expect(beginOnboarding(first)).rejects.toThrow("refused");
    await expect(beginOnboarding({ ...second, temporary: first.temporary })).rejects.toThrow("refused");
    expect((await throughFirstLogin(second)).email).toBe(email);
  });
});

describe("take-owner", () => {
  test("an Owner gets another role, is emailed, and all of their sessions end", async () => {
    const owner = await makeOwner();
    const other = await makeMember("owner", owner.merchantId);
    const { number } = await db().merchant.findUniqueOrThrow({
      where: { id: owner.merchantId },
      select: { number: true },
    });
    expect((await admin("take-owner", String(number), other.email, "--role", "limits", "--yes")).code).toBe(0);
    expect(await roleOf(owner.merchantId, other.email)).toBe("limits");
    expect(await readSession(other.member.sessionId)).toBeNull();
    expect(await readSession(owner.member.sessionId)).not.toBeNull();
    expect(await lastEvent()).toMatchObject({
      event: "owner.taken",
      subjectId: other.userId,
      data: { after: "limits", operator: OPERATOR },
    });
  });

  test("the last Owner is refused, also where the only other one is disabled", async () => {
    const owner = await makeOwner();
    const { userId } = await makeMember("owner", owner.merchantId);
    const { number } = await db().merchant.findUniqueOrThrow({
      where: { id: owner.merchantId },
      select: { number: true },
    });
    await db().user.update({ where: { id: userId }, data: { disabledAt: new Date() }, select: { id: true } });
    const before = await stateSnapshot();
    const ended = await admin("take-owner", String(number), owner.email, "--yes");
    expect(ended).toMatchObject({ code: 1, output: expect.stringContaining("the last Owner") });
    expect(await stateSnapshot()).toBe(before);
  });

  test("of two Owners whose role is taken at the same moment by two processes one remains", async () => {
    const owner = await makeOwner();
    const other = await makeMember("owner", owner.merchantId);
    const { number } = await db().merchant.findUniqueOrThrow({
      where: { id: owner.merchantId },
      select: { number: true },
    });
    const both = await Promise.all(
      [owner, other].map(({ email }) => asProcess("take-owner", String(number), email, "--yes")),
    );
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(await db().membership.count({ where: { merchantId: owner.merchantId, role: "owner" } })).toBe(1);
  });

  test("a user who is no Owner, or not of this merchant, is refused", async () => {
    const member = await makeMember("view");
    const stranger = await makeOwner();
    const { number } = await db().merchant.findUniqueOrThrow({
      where: { id: member.merchantId },
      select: { number: true },
    });
    const before = await stateSnapshot();
    for (const { email } of [member, stranger])
      expect((await admin("take-owner", String(number), email, "--yes")).code).toBe(1);
    expect(await stateSnapshot()).toBe(before);
  });
});

describe("reset-2fa", () => {
  test("device, passkeys, recovery codes and password stop working, and the activation link sets up new ones", async () => {
    const owner = await makeOwner();
    await db().recoveryCode.create({
      data: { userId: owner.userId, hash: new Uint8Array(randomBytes(32)) },
      select: { id: true },
    });
    const ended = await admin("reset-2fa", owner.email, "--reason", "lost phone, called back", "--yes");
    expect(ended.code).toBe(0);
    expect(await readSession(owner.member.sessionId)).toBeNull();
    expect(await db().totpDevice.count({ where: { userId: owner.userId } })).toBe(0);
    expect(await db().recoveryCode.count({ where: { userId: owner.userId } })).toBe(0);
    expect(await outcomeOf(await attemptOf(owner))).toBe("refused");
    expect(await mailsTo(owner.email)).toEqual(["device_changed", "way_back"]);
    expect(await lastEvent()).toMatchObject({
      ...{ event: "two_factor.reset", merchantId: null, subjectId: owner.userId },
      data: { reason: "lost phone, called back", operator: OPERATOR },
    });
    const person = await throughFirstLogin(await guestOf(owner.email, printedPassword(ended)));
    expect(await outcomeOf(await attemptOf(person))).toBe("ok");
    expect(await roleOf(owner.merchantId, owner.email)).toBe("owner");
  });

  test("the old password with the new device is refused: the reset ended it", async () => {
    const owner = await makeOwner();
    const guest = await guestOf(owner.email, printedPassword(await admin("reset-2fa", owner.email, "--yes")));
    const self = await beginOnboarding(guest);
    const seed = await seedOf(self, guest);
    await confirmDevice(self, { code: codeOf({ seed }) });
    expect(await outcomeOf(await attemptOf({ ...owner, seed }))).toBe("refused");
  });
});

describe("reset-password", () => {
  test("the old password stops working; the activation link asks for a code of the device that stays", async () => {
    const owner = await makeOwner();
    const ended = await admin("reset-password", owner.email, "--yes");
    expect(await readSession(owner.member.sessionId)).toBeNull();
    expect(await outcomeOf(await attemptOf(owner))).toBe("refused");
    const guest = await guestOf(owner.email, printedPassword(ended));
    await expect(beginOnboarding(guest)).rejects.toThrow("code");
    const self = await beginOnboarding(guest, { code: await freshCodeOf(owner) });
    expect(
      await setFirstPassword(self, { temporary: guest.temporary, password: NEW_PASSWORD, confirm: NEW_PASSWORD }),
    ).toMatchObject({
      ok: true,
    });
    expect(await outcomeOf(await attemptOf({ ...owner, password: NEW_PASSWORD }))).toBe("ok");
    expect(await mailsTo(owner.email)).toEqual(["way_back"]);
  });

  test("a second reset ends the first: its link and its password stop working", async () => {
    const owner = await makeOwner();
    const first = await guestOf(owner.email, printedPassword(await admin("reset-password", owner.email, "--yes")));
    await admin("reset-password", owner.email, "--yes");
    await expect(beginOnboarding(first, { code: await freshCodeOf(owner) })).rejects.toThrow("refused");
  });

  test("of somebody who has no device after a reset of 2FA promises none, on the terminal and in the email", async () => {
    const owner = await makeOwner();
    await admin("reset-2fa", owner.email, "--yes");
    expect((await admin("reset-password", owner.email, "--yes")).output).toContain("They have no 2FA device");
    const mail = await db().outboxMail.findFirstOrThrow({
      where: { recipient: owner.email, template: "way_back" },
      orderBy: { createdAt: "desc" },
      select: { data: true },
    });
    expect(mail.data).toMatchObject({ keepsDevice: false });
  });

  test.each(["reset-password", "reset-2fa"])(
    "%s of a user who never logged in, who is disabled or who does not exist is refused",
    async (command) => {
      const { number } = await makeMerchant();
      const [invited, disabled] = [newEmail(), await makePerson({ disabled: true })];
      await admin("grant-owner", String(number), invited, "--yes");
      const before = await stateSnapshot();
      for (const email of [invited, disabled.email, newEmail()])
        expect((await admin(command, email, "--yes")).code).toBe(1);
      expect(await stateSnapshot()).toBe(before);
    },
  );
});

describe("disable-user", () => {
  test("ends all sessions at once, refuses the login, emails the user, and leaves keys alone", async () => {
    const owner = await makeOwner();
    const { id } = await activated(owner);
    const { sessionId } = await mintSession(owner);
    const ended = await admin("disable-user", owner.email, "--reason", "left the company", "--yes");
    expect(ended).toMatchObject({ code: 0, output: expect.stringContaining("2 sessions were ended") });
    expect(ended.output).toContain("the only Owner who can log in");
    for (const session of [sessionId, owner.member.sessionId]) expect(await readSession(session)).toBeNull();
    expect(await outcomeOf(await attemptOf(owner))).toBe("refused");
    expect(await db().apiKey.findUnique({ where: { id }, select: { status: true } })).toEqual({ status: "active" });
    expect(await mailsTo(owner.email)).toContain("disabled");
  });

  test("twice is refused; enable-user reverses it, and is refused for a user who is not disabled", async () => {
    const owner = await makeOwner();
    await admin("disable-user", owner.email, "--yes");
    expect((await admin("disable-user", owner.email, "--yes")).code).toBe(1);
    expect((await admin("enable-user", owner.email, "--yes")).code).toBe(0);
    expect(await outcomeOf(await attemptOf(owner))).toBe("ok");
    expect((await admin("enable-user", owner.email, "--yes")).code).toBe(1);
  });
});
