import { beforeEach, expect, test, vi } from "vitest";
import type { Permission } from "@/lib/access/permissions";
import type { Role } from "@/lib/access/roles";
import { endOwnSession, getUser, requireMember, requireUser } from "@/lib/identity/session/guards";
import { readSession } from "@/lib/identity/session/sessions";
import { db } from "@/lib/platform/db/db";
import { incoming } from "../../kit/next-headers";
import { makeMember, makeOwner, type Owner } from "../../kit/people/people";
import { type Minted, mintSession } from "../../kit/people/session";

const cookies = { get: (_: string): { value: string } | undefined => undefined, set: vi.fn() };

function visit({ cookie }: Minted, headers: Record<string, string> = {}) {
  incoming.headers = new Headers({
    "x-countersign-path": "/merchants/1",
    "x-countersign-address": "203.0.113.7",
    ...headers,
  });
  cookies.get = (name) => (name === cookie.name ? { value: cookie.value } : undefined);
}

let owner: Owner;
let minted: Minted;
beforeEach(async () => {
  owner = await makeOwner();
  minted = await mintSession(owner);
  incoming.cookies = cookies;
  cookies.set.mockClear();
  visit(minted);
});

/** Where a guard sends the visitor: a path, or the status of an error page. */
async function sentTo(guard: Promise<unknown>): Promise<string> {
  const error = await guard.then(
    () => ({ digest: "let through" }),
    (thrown: { digest?: string }) => thrown,
  );
  return error.digest?.replace(/^NEXT_REDIRECT;replace;(.*);307;$/, "$1") ?? String(error);
}

const change = (data: { seenAt?: Date; expiresAt?: Date; endedAt?: Date; stage?: "enrol" }) =>
  db().session.update({ where: { id: minted.sessionId }, data, select: { id: true } });
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const seenAt = async () =>
  (await db().session.findUniqueOrThrow({ where: { id: minted.sessionId }, select: { seenAt: true } })).seenAt;

test("a page gets its user as they are in the database now", async () => {
  expect(await requireUser()).toEqual({
    userId: owner.userId,
    email: owner.email,
    name: owner.name,
    staffRole: null,
    sessionId: minted.sessionId,
  });
});

test("a visitor without a session is sent to the login page, with the path to return to", async () => {
  cookies.get = () => undefined;
  expect(await getUser()).toBeNull();
  expect(await sentTo(requireUser())).toBe("/login?next=%2Fmerchants%2F1");
});

test.each([
  ["15 minutes without use", { seenAt: ago(16) }, "idle"],
  ["12 hours", { expiresAt: ago(0) }, "expired"],
  ["being ended elsewhere", { endedAt: ago(0) }, "elsewhere"],
])("after %s the visitor is sent to the login page, which says why", async (_, data, ended) => {
  await change(data);
  expect(await sentTo(requireUser())).toBe(`/login?ended=${ended}&next=%2Fmerchants%2F1`);
});

test("a session that is not full cannot open a page", async () => {
  await change({ stage: "enrol" });
  expect(await getUser()).toBeNull();
});

test("a prefetch does not count as a use of the session; a document does", async () => {
  const before = ago(5);
  await change({ seenAt: before });
  for (const headers of [{ "next-router-prefetch": "1" }, { "sec-purpose": "prefetch" }]) {
    visit(minted, headers as unknown as Record<string, string>);
    await getUser();
  }
  expect(await seenAt()).toEqual(before);
  visit(minted);
  await getUser();
  expect((await seenAt()).getTime()).toBeGreaterThan(before.getTime());
});

test("a member with the permission is let through with their role and address", async () => {
  const member = await requireMember(owner.merchantId, "api-key:read");
  expect(member).toMatchObject({
    userId: owner.userId,
    merchantId: owner.merchantId,
    role: "owner",
    address: "203.0.113.7",
    sessionId: minted.sessionId,
  });
});

test.each<[Role, Permission]>([
  ["limits", "api-key:read"],
  ["exchange", "api-key:read"],
  ["view", "api-key:read"],
  ["restricted", "merchant:read"],
])("for %s the page that needs %s does not exist", async (role, permission) => {
  const member = await makeMember(role);
  visit(await mintSession(member));
  expect(await sentTo(requireMember(member.merchantId, permission))).toContain("404");
});

test.each(["00000000-0000-4000-8000-000000000000", "1", "' OR 1=1 --", ""])(
  "the merchant %j does not exist for an Owner of another",
  async (merchantId) => {
    expect(await sentTo(requireMember(merchantId, "merchant:read"))).toContain("404");
  },
);

test("another merchant's page does not exist for an Owner", async () => {
  const other = await makeOwner();
  expect(await sentTo(requireMember(other.merchantId, "merchant:read"))).toBe(
    await sentTo(requireMember("00000000-0000-4000-8000-000000000000", "merchant:read")),
  );
});

const FROM_HERE = { origin: "http://localhost:3000", "sec-fetch-site": "same-origin" };

test("logging out ends the session at once and deletes the cookie", async () => {
  visit(minted, FROM_HERE);
  await endOwnSession();
  expect(await readSession(minted.sessionId)).toBeNull();
  const where = { sessionId: minted.sessionId, event: "session.ended" as const };
  expect(await db().auditEvent.findMany({ where, select: { address: true, data: true } })).toEqual([
    { address: "203.0.113.7", data: { reason: "logged_out" } },
  ]);
  expect(cookies.set).toHaveBeenCalledWith(
    minted.cookie.name,
    "",
    expect.objectContaining({ maxAge: 0, httpOnly: true, path: "/" }),
  );
});

test("another site cannot log a user out", async () => {
  for (const headers of [
    { ...FROM_HERE, origin: "https://evil.example" },
    { ...FROM_HERE, "sec-fetch-site": "same-site" },
  ]) {
    visit(minted, headers);
    await endOwnSession();
  }
  expect(await readSession(minted.sessionId)).not.toBeNull();
  expect(cookies.set).not.toHaveBeenCalled();
});
