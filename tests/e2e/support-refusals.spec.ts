import { randomBytes, randomUUID } from "node:crypto";
import type { Role } from "@/lib/access/roles";
import { db } from "@/lib/platform/db/db";
import { asDatabaseOwner } from "../kit/people/api-keys";
import { makeMember, makeOwner, makePerson, type Person } from "../kit/people/people";
import { sessionCookie } from "../kit/people/session";
import { expect, test } from "./fixtures";
import { untilIdle } from "./idle";
import { countLooks, merchantWithUniqueName, PATHS, request, sameOriginHeaders, search, staffAt } from "./support-desk";

test.describe("who is not staff", () => {
  for (const role of ["owner", "limits", "exchange", "view", "restricted"] satisfies Role[]) {
    test(`${role}: the desk, its pages and its search do not exist, not even for their own merchant, and nothing counts as a look`, async () => {
      const member = await makeMember(role);
      const nowhere = await request(`/nowhere-${randomUUID()}`, member);
      for (const path of ["/support", ...PATHS.map((part) => `/support/merchants/${member.merchantId}${part}`)]) {
        const { status, text } = await request(path, member);
        expect([path, status]).toEqual([path, nowhere.status]);
        expect(text).not.toContain("Acme Payments");
      }
      const found = await request("/support/search", member, sameOriginHeaders(), { text: member.email });
      expect([found.status, JSON.parse(found.text)]).toEqual([404, { ok: false, refusal: { code: "not_found" } }]);
      expect(await countLooks(member.merchantId)).toBe(0);
    });
  }

  test("without a session the pages redirect to the login, and the search returns 401 before its body is read", async () => {
    const { merchantId } = await makeOwner();
    for (const path of ["/support", ...PATHS.map((part) => `/support/merchants/${merchantId}${part}`)]) {
      const { status, location } = await request(path, null);
      expect([path, status, location]).toEqual([path, 307, expect.stringContaining("/login")]);
    }
    expect((await request("/support/search", null, sameOriginHeaders(), { text: "acme" })).status).toBe(401);
    expect(await countLooks(merchantId)).toBe(0);
  });

  test("staff whose session ended, who were disabled or who are no longer staff get nothing", async () => {
    const { merchantId } = await makeOwner();
    const spoil = {
      ended: (userId: string) => db().session.updateMany({ where: { userId }, data: { endedAt: new Date() } }),
      disabled: (userId: string) => db().user.updateMany({ where: { id: userId }, data: { disabledAt: new Date() } }),
      dismissed: (userId: string) => db().user.updateMany({ where: { id: userId }, data: { staffRole: null } }),
    };
    for (const [how, change] of Object.entries(spoil)) {
      const staff = await makePerson({ staff: true });
      const { name, value } = await sessionCookie(staff);
      await change(staff.userId);
      const response = await fetch(`${process.env.E2E_ORIGIN}/support/merchants/${merchantId}`, {
        redirect: "manual",
        headers: { cookie: `${name}=${value}` },
      });
      expect([how, response.status]).toEqual([how, how === "dismissed" ? 404 : 307]);
    }
    expect(await countLooks(merchantId)).toBe(0);
  });

  test("a search by staff from another origin, as a form or with invalid input is refused", async () => {
    const staff = await makePerson({ staff: true });
    const ask = async (headers: Record<string, string>, body: unknown) => {
      const { status, text } = await request("/support/search", staff, headers, body);
      return [status, text.startsWith("{") ? JSON.parse(text).refusal?.code : null];
    };
    expect(await ask({ origin: "https://evil.example" }, { text: "acme" })).toEqual([403, "foreign_origin"]);
    expect(await ask({}, { text: "acme" })).toEqual([403, "foreign_origin"]);
    expect(await ask({ ...sameOriginHeaders(), "content-type": "text/plain" }, { text: "acme" })).toEqual([
      403,
      "not_a_fetch",
    ]);
    expect(await ask(sameOriginHeaders(), { text: 7 })).toEqual([400, "invalid_input"]);
    expect((await request("/support/search?text=acme", staff)).status).toBe(405);
  });
});

test("no record, no page: if the look cannot be recorded, nothing of the merchant reaches the browser", async ({
  page,
}) => {
  const { owner, name } = await merchantWithUniqueName();
  const constraint = `no_looks_${randomBytes(4).toString("hex")}`;
  await asDatabaseOwner(
    `ALTER TABLE audit_events ADD CONSTRAINT ${constraint} CHECK (event <> 'support.looked' OR merchant_id <> '${owner.merchantId}') NOT VALID`,
  );
  try {
    const staff = await staffAt(page);
    for (const part of PATHS) {
      const { status, text } = await request(`/support/merchants/${owner.merchantId}${part}`, staff);
      expect([part, status]).toEqual([part, 500]);
      for (const hidden of [name, owner.email]) expect(text).not.toContain(hidden);
    }
    await page.goto(`/support/merchants/${owner.merchantId}`);
    await expect(page.getByRole("heading", { name: "This page could not be shown" })).toBeVisible();
  } finally {
    await asDatabaseOwner(`ALTER TABLE audit_events DROP CONSTRAINT ${constraint}`);
  }
});

test.describe("a prefetch", () => {
  const marks: Record<string, string>[] = [
    { rsc: "1", "next-router-prefetch": "1" },
    { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
    { rsc: "1", "next-router-prefetch": "2" },
    { purpose: "prefetch" },
    { "sec-purpose": "prefetch" },
    { "sec-purpose": "prefetch;prerender" },
  ];
  /**
   * As Next's own client does: the server replies to the first request with the address to use,
   * which depends on the headers.
   */
  const ask = async (path: string, person: Person, headers: Record<string, string>) => {
    const { name, value } = await sessionCookie(person);
    const response = await fetch(`${process.env.E2E_ORIGIN}${path}`, {
      headers: { cookie: `${name}=${value}`, ...headers },
    });
    return response.text();
  };

  for (const headers of marks) {
    test(`marked ${JSON.stringify(headers)} gets no data and is not recorded as a look`, async () => {
      const { owner, name } = await merchantWithUniqueName();
      const staff = await makePerson({ staff: true });
      for (const part of PATHS) {
        const text = await ask(`/support/merchants/${owner.merchantId}${part}`, staff, headers);
        expect(text.length).toBeGreaterThan(0);
        for (const hidden of [name, owner.email]) expect(text).not.toContain(hidden);
      }
      expect(await countLooks(owner.merchantId)).toBe(0);
    });
  }

  test("is recognized by its headers: the same requests without them are pages and recorded looks", async () => {
    const { owner, name } = await merchantWithUniqueName();
    const staff = await makePerson({ staff: true });
    const unmarked: Record<string, string>[] = [{}, { rsc: "1" }];
    for (const headers of unmarked)
      expect(await ask(`/support/merchants/${owner.merchantId}`, staff, headers)).toContain(name);
    expect(await countLooks(owner.merchantId)).toBe(2);
  });

  test("is never made: links in view, hovered or focused fetch nothing", async ({ page }) => {
    const { owner, name } = await merchantWithUniqueName();
    await staffAt(page);
    await search(page, name);
    const link = page.getByRole("link", { name: new RegExp(name) });
    await expect(link).toBeVisible();
    const asked: string[] = [];
    page.on("request", (each) => asked.push(each.url()));
    await link.hover();
    await link.focus();
    await untilIdle(page);
    expect(asked.filter((url) => url.includes("/support"))).toEqual([]);
    expect(await countLooks(owner.merchantId)).toBe(0);
  });
});
