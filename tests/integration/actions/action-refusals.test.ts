import { expect, test, vi } from "vitest";
import { z } from "zod";
import type { Permission } from "@/lib/access/permissions";
import type { Role } from "@/lib/access/roles";
import { type MemberAction, runMemberAction } from "@/lib/actions/member-action";
import type { RequestInfo } from "@/lib/identity/session/request-info";
import { endSession } from "@/lib/identity/session/sessions";
import { db } from "@/lib/platform/db/db";
import { accept } from "@/lib/platform/result";
import { makeMember, makeOwner, makePerson, type Owner } from "../../kit/people/people";
import { mintSession, validRequestInfo } from "../../kit/people/session";
import { freshCodeOf, wrongCodeOf } from "../../kit/people/totp";

/** An operation that records whether it was reached. */
function operation(permission: Permission = "api-key:generate") {
  const run = vi.fn(async () => accept("done"));
  return { permission, input: z.object({ reason: z.enum(["rotating", "lost"]) }), run } satisfies MemberAction<
    { reason: "rotating" | "lost" },
    string
  >;
}

type Overrides = { facts?: Partial<RequestInfo>; raw?: Record<string, unknown>; permission?: Permission };

/**
 * Sends a good request of the Owner with one fact overridden. Returns the reply and the operation's
 * spy.
 */
async function request(owner: Owner, { facts = {}, raw = {}, permission }: Overrides = {}) {
  const asked = operation(permission);
  const good = { merchantId: owner.merchantId, reason: "rotating", code: await freshCodeOf(owner) };
  const result = await runMemberAction(
    asked,
    { ...good, ...raw },
    { ...validRequestInfo(await mintSession(owner)), ...facts },
  );
  return { answer: result.ok ? "done" : result.refusal.code, result, run: asked.run };
}

async function expectRefused(owner: Owner, overrides: Overrides, code: string) {
  const { answer, run } = await request(owner, overrides);
  expect(answer).toBe(code);
  expect(run).not.toHaveBeenCalled();
}

test("an Owner's valid request with a code is accepted, with the member from the database", async () => {
  const owner = await makeOwner();
  const { answer, run } = await request(owner);
  expect(answer).toBe("done");
  const { userId, email, name, merchantId } = owner.member;
  const member = {
    userId,
    email,
    name,
    merchantId,
    role: "owner",
    address: "203.0.113.7",
    sessionId: expect.any(String),
  };
  expect(run).toHaveBeenCalledWith(member, { reason: "rotating" }, { kind: "totp", userId, step: expect.any(Number) });
});

test.each<[string, string | null]>([
  ["no cookie", null],
  ["an empty cookie", ""],
  ["a cookie that is no token", "x.y.z"],
])("a request with %s is refused as logged out", async (_, token) => {
  await expectRefused(await makeOwner(), { facts: { token } }, "logged_out");
});

test("a session that was ended is refused, though its cookie is still signed", async () => {
  const owner = await makeOwner();
  const minted = await mintSession(owner);
  await endSession(minted.sessionId, "logged_out", null);
  await expectRefused(owner, { facts: { token: minted.cookie.value } }, "logged_out");
});

test.each(["enrol", "new_password"] as const)("a session of the stage %s is refused", async (stage) => {
  const owner = await makeOwner();
  const minted = await mintSession(owner);
  await db().session.update({ where: { id: minted.sessionId }, data: { stage }, select: { id: true } });
  await expectRefused(owner, { facts: { token: minted.cookie.value } }, "logged_out");
});

test.each<[string, Partial<RequestInfo>]>([
  ["a foreign Origin", { origin: "https://evil.example" }],
  ["no Origin", { origin: null }],
  ["the Origin null", { origin: "null" }],
  ["the right host on another port", { origin: "http://localhost:3001" }],
  ["the right host with another scheme", { origin: "https://localhost:3000" }],
  ["an Origin that begins like ours", { origin: "http://localhost:3000.evil.example" }],
  ["another site", { fetchSite: "cross-site" }],
  ["a sibling host", { fetchSite: "same-site" }],
  ["the address bar", { fetchSite: "none" }],
])("a request from %s is refused", async (_, facts) => {
  await expectRefused(await makeOwner(), { facts }, "foreign_origin");
});

test("without Sec-Fetch-Site only the Origin decides", async () => {
  expect((await request(await makeOwner(), { facts: { fetchSite: null } })).answer).toBe("done");
});

test("a foreign request does not keep a session alive", async () => {
  const owner = await makeOwner();
  const minted = await mintSession(owner);
  const seenAt = new Date(Date.now() - 5 * 60_000);
  await db().session.update({ where: { id: minted.sessionId }, data: { seenAt }, select: { id: true } });
  await expectRefused(owner, { facts: { token: minted.cookie.value, origin: null } }, "foreign_origin");
  expect(await db().session.findUnique({ where: { id: minted.sessionId }, select: { seenAt: true } })).toEqual({
    seenAt,
  });
});

test("a form posted without JavaScript is refused, because the result would be in a page", async () => {
  await expectRefused(await makeOwner(), { facts: { isScripted: false } }, "not_a_fetch");
});

test.each<[string, Record<string, unknown>]>([
  ["a reason that is not in the list", { reason: "boredom" }],
  ["no reason", { reason: undefined }],
  ["a merchant that is no id", { merchantId: "1 OR 1=1" }],
  ["two merchants", { merchantId: ["a", "b"] }],
  ["a code that is a number", { code: 123456 }],
  ["a code without end", { code: "1".repeat(65) }],
])("input with %s is refused", async (_, raw) => {
  await expectRefused(await makeOwner(), { raw }, "invalid_input");
});

test.each([undefined, null, "text", 7, [], new FormData()])("%o instead of an input is refused", async (raw) => {
  const asked = operation();
  const result = await runMemberAction(asked, raw, validRequestInfo(await mintSession(await makeOwner())));
  expect(result).toMatchObject({ ok: false, refusal: { code: "invalid_input" } });
  expect(asked.run).not.toHaveBeenCalled();
});

test("an Owner of another merchant is refused as if this one did not exist", async () => {
  const [owner, stranger] = [await makeOwner(), await makeOwner()];
  await expectRefused(stranger, { raw: { merchantId: owner.merchantId } }, "not_found");
  await expectRefused(stranger, { raw: { merchantId: "00000000-0000-4000-8000-000000000000" } }, "not_found");
});

test.each<Role>(["limits", "exchange", "view", "restricted"])(
  "%s is refused like a stranger, and no code is verified",
  async (role) => {
    const member = await makeMember(role);
    await expectRefused(member, { raw: { code: wrongCodeOf(member) } }, "not_found");
    expect(await db().codeAttempt.count({ where: { userId: member.userId } })).toBe(0);
  },
);

test("support staff without a membership are refused", async () => {
  const owner = await makeOwner();
  const staff = await makePerson({ staff: true });
  await expectRefused({ ...owner, ...staff }, {}, "not_found");
});

test("an Owner who has just lost the role is refused with their existing session", async () => {
  const owner = await makeOwner();
  const where = { merchantId_userId: { merchantId: owner.merchantId, userId: owner.userId } };
  await db().membership.update({ where, data: { role: "view" }, select: { role: true } });
  await expectRefused(owner, {}, "not_found");
});

test.each<[string, (owner: Owner) => Record<string, unknown>, string]>([
  ["no code", () => ({ code: undefined }), "code_malformed"],
  ["an empty code", () => ({ code: "" }), "code_malformed"],
  ["a wrong code", (owner) => ({ code: wrongCodeOf(owner) }), "code_wrong"],
  ["the password in place of a code", (owner) => ({ code: undefined, password: owner.password }), "code_malformed"],
])("an Owner with %s is refused", async (_, raw, code) => {
  const owner = await makeOwner();
  await expectRefused(owner, { raw: raw(owner) }, code);
});

test("another person's code is refused", async () => {
  const [owner, other] = [await makeOwner(), await makeOwner()];
  await expectRefused(owner, { raw: { code: await freshCodeOf(other) } }, "code_wrong");
});

test("a permission without a second factor asks for none, but still refuses strangers", async () => {
  const [member, stranger] = [await makeMember("view"), await makeOwner()];
  expect((await request(member, { permission: "merchant:read", raw: { code: undefined } })).answer).toBe("done");
  await expectRefused(stranger, { permission: "merchant:read", raw: { merchantId: member.merchantId } }, "not_found");
});

test("a bug in the operation is thrown, never returned as a refusal", async () => {
  const owner = await makeOwner();
  const broken = { ...operation(), run: () => Promise.reject(new Error("broken")) };
  const raw = { merchantId: owner.merchantId, reason: "lost", code: await freshCodeOf(owner) };
  await expect(runMemberAction(broken, raw, validRequestInfo(await mintSession(owner)))).rejects.toThrow("broken");
});
