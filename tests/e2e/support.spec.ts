import { randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import type { Role } from "@/lib/access/roles";
import { newSecret } from "@/lib/api-keys/key-pair";
import { db } from "@/lib/db";
import { activated, asDatabaseOwner, generated, storedKey } from "../kit/api-keys";
import { makeMember, makeOwner, makePerson, type Person } from "../kit/people";
import { sessionCookie } from "../kit/session";
import { expect, logInWithoutForm, test } from "./fixtures";
import { judge, LOOKS, lookName } from "./judge";

const PARTS = ["", "/members", "/activity"];
const origin = () => process.env.E2E_ORIGIN as string;
const field = (page: Page) => page.getByLabel("Merchant, e-mail or key");
const looksAt = (merchantId: string) => db().auditEvent.count({ where: { merchantId, event: "support.looked" } });

async function staffAt(page: Page, path = "/support"): Promise<Person> {
  const staff = await makePerson({ staff: true, name: "Noor Haddad" });
  await logInWithoutForm(page.context(), staff);
  await page.goto(path);
  return staff;
}

async function search(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** A merchant with a name that no other test has. */
async function named(): Promise<{ owner: Awaited<ReturnType<typeof makeOwner>>; name: string }> {
  const owner = await makeOwner();
  const name = `Desk ${randomBytes(6).toString("hex")} Trading`;
  await db().merchant.update({ where: { id: owner.merchantId }, data: { name }, select: { id: true } });
  return { owner, name };
}

async function request(path: string, person: Person | null, headers: Record<string, string> = {}, body?: unknown) {
  const { name, value } = person ? await sessionCookie(person) : { name: "none", value: "" };
  const response = await fetch(`${origin()}${path}`, {
    method: body === undefined ? "GET" : "POST",
    redirect: "manual",
    headers: { cookie: `${name}=${value}`, ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, location: response.headers.get("location"), text: await response.text() };
}
const fromHere = () => ({ origin: origin(), "sec-fetch-site": "same-origin" });

test.describe("who is not staff", () => {
  for (const role of ["owner", "limits", "exchange", "view", "restricted"] satisfies Role[]) {
    test(`${role}: the desk, its pages and its search do not exist, not even for their own merchant, and nothing counts as a look`, async () => {
      const member = await makeMember(role);
      const nowhere = await request(`/nowhere-${randomUUID()}`, member);
      for (const path of ["/support", ...PARTS.map((part) => `/support/merchants/${member.merchantId}${part}`)]) {
        const { status, text } = await request(path, member);
        expect([path, status]).toEqual([path, nowhere.status]);
        expect(text).not.toContain("Acme Payments");
      }
      const found = await request("/support/search", member, fromHere(), { text: member.email });
      expect([found.status, JSON.parse(found.text)]).toEqual([404, { ok: false, refusal: { code: "not_found" } }]);
      expect(await looksAt(member.merchantId)).toBe(0);
    });
  }

  test("nobody logged in: the pages lead to the login, the search answers 401 before its body is read", async () => {
    const { merchantId } = await makeOwner();
    for (const path of ["/support", ...PARTS.map((part) => `/support/merchants/${merchantId}${part}`)]) {
      const { status, location } = await request(path, null);
      expect([path, status, location]).toEqual([path, 307, expect.stringContaining("/login")]);
    }
    expect((await request("/support/search", null, fromHere(), { text: "acme" })).status).toBe(401);
    expect(await looksAt(merchantId)).toBe(0);
  });

  test("staff whose session ended, who were disabled, or who are staff no more get nothing", async () => {
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
      const response = await fetch(`${origin()}/support/merchants/${merchantId}`, {
        redirect: "manual",
        headers: { cookie: `${name}=${value}` },
      });
      expect([how, response.status]).toEqual([how, how === "dismissed" ? 404 : 307]);
    }
    expect(await looksAt(merchantId)).toBe(0);
  });

  test("a search from another origin, as a form, or with an input that is none, is refused though staff ask", async () => {
    const staff = await makePerson({ staff: true });
    const ask = async (headers: Record<string, string>, body: unknown) => {
      const { status, text } = await request("/support/search", staff, headers, body);
      return [status, text.startsWith("{") ? JSON.parse(text).refusal?.code : null];
    };
    expect(await ask({ origin: "https://evil.example" }, { text: "acme" })).toEqual([403, "foreign_origin"]);
    expect(await ask({}, { text: "acme" })).toEqual([403, "foreign_origin"]);
    expect(await ask({ ...fromHere(), "content-type": "text/plain" }, { text: "acme" })).toEqual([403, "not_a_fetch"]);
    expect(await ask(fromHere(), { text: 7 })).toEqual([400, "invalid_input"]);
    expect((await request("/support/search?text=acme", staff)).status).toBe(405);
  });
});

test("staff land on the desk, find a merchant by name, number, e-mail and API key, and read its keys, members and activity", async ({
  page,
}) => {
  const { owner, name } = await named();
  const { id, number } = await activated(owner, { allowedIps: ["203.0.112.7", "198.51.99.0/28"] });
  const { key, fingerprint } = await storedKey(id);
  const merchant = await db().merchant.findUniqueOrThrow({ where: { id: owner.merchantId }, select: { number: true } });
  await staffAt(page, "/merchants");
  await expect(page).toHaveURL("/support");
  await expect(page.getByText("Read only")).toBeVisible();
  for (const text of [name.toUpperCase().slice(2, 14), String(merchant.number), owner.email, key, key.replace(/(.{4})/g, "$1 ")]) {
    await search(page, text);
    await expect(page.getByText("1 merchant", { exact: true })).toBeVisible();
    await expect(page.getByRole("link", { name: new RegExp(name) })).toBeVisible();
  }
  expect(await looksAt(owner.merchantId)).toBe(0);

  await page.getByRole("link", { name: new RegExp(name) }).click();
  await expect(page.getByRole("heading", { name })).toBeVisible();
  const row = page.getByRole("row").filter({ hasText: String(number) });
  for (const text of ["Active", "203.0.112.7", "and 1 other", `by ${owner.email}`, fingerprint as string])
    await expect(row).toContainText(text);
  expect(await row.locator("[data-key]").first().textContent()).toBe(key);
  await page.getByRole("link", { name: "Members" }).click();
  await expect(page.getByRole("row").filter({ hasText: owner.email })).toContainText("Owner");
  await page.getByRole("link", { name: "Activity" }).click();
  await expect(page.getByText(`Key ${number} activated`)).toBeVisible();
  await expect(page.getByText("Support looked at the members")).toBeVisible();
  await expect(page.getByRole("button", { name: /Activate|Deactivate|Retire|Edit|Generate|Add|Remove|Change/ })).toHaveCount(0);
  expect(await looksAt(owner.merchantId)).toBe(3);
});

test("every page that is opened is one look, also on reload, and the merchant's Owners read who looked", async ({ page, browser }) => {
  const { owner, name } = await named();
  const path = `/support/merchants/${owner.merchantId}`;
  await staffAt(page, path);
  await expect(page.getByRole("heading", { name })).toBeVisible();
  expect(await looksAt(owner.merchantId)).toBe(1);
  await page.reload();
  expect(await looksAt(owner.merchantId)).toBe(2);

  const context = await browser.newContext({ baseURL: origin() });
  await logInWithoutForm(context, owner);
  const theirs = await context.newPage();
  await theirs.goto(`/merchants/${owner.merchantId}/activity?show=support`);
  const looks = theirs.getByRole("row").filter({ hasText: "Support looked at the API keys" });
  await expect(looks).toHaveCount(2);
  await expect(looks.first()).toContainText("Noor Haddad");
  await expect(looks.first()).toContainText("Support desk");
  await context.close();
});

test("no record, no page: where the look cannot be written, nothing of the merchant reaches the browser", async ({ page }) => {
  const { owner, name } = await named();
  const constraint = `no_looks_${randomBytes(4).toString("hex")}`;
  await asDatabaseOwner(
    `ALTER TABLE audit_events ADD CONSTRAINT ${constraint} CHECK (event <> 'support.looked' OR merchant_id <> '${owner.merchantId}') NOT VALID`,
  );
  try {
    const staff = await staffAt(page);
    for (const part of PARTS) {
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
  /** As Next's own client asks: its server answers the first request with the address to ask at, which depends on the headers. */
  const ask = async (path: string, person: Person, headers: Record<string, string>) => {
    const { name, value } = await sessionCookie(person);
    const response = await fetch(`${origin()}${path}`, { headers: { cookie: `${name}=${value}`, ...headers } });
    return response.text();
  };

  for (const headers of marks) {
    test(`marked ${JSON.stringify(headers)} gets no data and is no look`, async () => {
      const { owner, name } = await named();
      const staff = await makePerson({ staff: true });
      for (const part of PARTS) {
        const text = await ask(`/support/merchants/${owner.merchantId}${part}`, staff, headers);
        expect(text.length).toBeGreaterThan(0);
        for (const hidden of [name, owner.email]) expect(text).not.toContain(hidden);
      }
      expect(await looksAt(owner.merchantId)).toBe(0);
    });
  }

  test("is told by its mark: the same requests without one are pages, and looks", async () => {
    const { owner, name } = await named();
    const staff = await makePerson({ staff: true });
    const unmarked: Record<string, string>[] = [{}, { rsc: "1" }];
    for (const headers of unmarked) expect(await ask(`/support/merchants/${owner.merchantId}`, staff, headers)).toContain(name);
    expect(await looksAt(owner.merchantId)).toBe(2);
  });

  test("is never made: links that are in view, under the pointer or focused fetch nothing", async ({ page }) => {
    const { owner, name } = await named();
    await staffAt(page);
    await search(page, name);
    const link = page.getByRole("link", { name: new RegExp(name) });
    await expect(link).toBeVisible();
    const asked: string[] = [];
    page.on("request", (each) => asked.push(each.url()));
    await link.hover();
    await link.focus();
    await page.waitForTimeout(1_500);
    expect(asked.filter((url) => url.includes("/support"))).toEqual([]);
    expect(await looksAt(owner.merchantId)).toBe(0);
  });
});

test.describe("a secret pasted by mistake", () => {
  const secret = newSecret(randomBytes).expose();
  const pastes: [string, string][] = [
    ["alone", secret],
    ["in groups", secret.replace(/(.{4})(?=.)/g, "$1 ")],
    ["in lines", secret.replace(/(.{16})(?=.)/g, "$1\n")],
    ["inside a message", `Hello, our secret key is ${secret}, why is it refused?`],
    ["cut short", secret.slice(0, 50)],
  ];
  for (const [how, text] of pastes) {
    test(`${how} is refused before any request, and is in no address, no field, no storage and no log`, async ({ page, context }) => {
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await staffAt(page);
      await expect(field(page)).toBeEnabled();
      await page.waitForLoadState("networkidle");
      const requests: string[] = [];
      page.on("request", (each) => requests.push(`${each.url()} ${each.postData() ?? ""} ${JSON.stringify(each.headers())}`));
      await page.evaluate((it) => navigator.clipboard.writeText(it), text);
      await field(page).focus();
      await page.keyboard.press("ControlOrMeta+V");
      await expect(page.getByText("That may be a secret key, so it was not searched for.")).toBeVisible();
      await expect(field(page)).toHaveValue("");
      await expect(field(page)).toHaveAccessibleDescription(/secret key/);
      await page.keyboard.press("Enter");
      await field(page).fill(text.replaceAll("\n", " "));
      await expect(field(page)).toHaveValue("");
      await page.keyboard.press("Enter");
      await page.waitForTimeout(500);
      expect(requests).toEqual([]);

      const part = secret.slice(0, 12);
      expect(await page.content()).not.toContain(part);
      expect(page.url()).toBe(`${origin()}/support`);
      const kept = await page.evaluate(() => [
        document.title,
        JSON.stringify(localStorage),
        JSON.stringify(sessionStorage),
        JSON.stringify(history.state),
      ]);
      expect(kept.join()).not.toContain(part);
      expect(await readFile(process.env.E2E_LOG as string, "utf8")).not.toContain(part);
    });
  }

  test("sent past the browser is refused by the server, which does not search, echo or log it", async () => {
    const staff = await makePerson({ staff: true });
    for (const [, text] of pastes) {
      const answer = await request("/support/search", staff, fromHere(), { text });
      expect([answer.status, JSON.parse(answer.text)]).toEqual([422, { ok: false, refusal: { code: "secret_pasted" } }]);
    }
    expect(await readFile(process.env.E2E_LOG as string, "utf8")).not.toContain(secret.slice(0, 12));
  });

  test("what is searched for, an API key above all, stands in no address", async ({ page }) => {
    const { owner, name } = await named();
    const { key } = await storedKey((await generated(owner)).id);
    await staffAt(page);
    const urls: string[] = [];
    page.on("request", (each) => urls.push(each.url()));
    await search(page, key);
    await page.getByRole("link", { name: new RegExp(name) }).click();
    await expect(page.getByRole("heading", { name })).toBeVisible();
    expect(urls.join()).not.toContain(key);
    expect(page.url()).not.toContain(key);
    expect(await page.evaluate(() => JSON.stringify(history.state))).not.toContain(key);
  });

  test("before the page is alive the field takes nothing and its form sends nothing", async ({ browser }) => {
    const context = await browser.newContext({ baseURL: origin(), javaScriptEnabled: false });
    const page = await context.newPage();
    await staffAt(page);
    await expect(field(page)).toBeDisabled();
    await expect(page.getByRole("button", { name: "Search" })).toBeDisabled();
    expect(await field(page).getAttribute("name")).toBeNull();
    await context.close();
  });
});

test("a search that finds nothing says what can be searched for; one that fails says to search again", async ({ page }) => {
  await staffAt(page);
  await search(page, "nobody has this name");
  await expect(page.getByRole("status").filter({ hasText: "No merchant found." })).toContainText("a whole API key");
  await page.route("**/support/search", (route) => route.abort());
  await search(page, "acme");
  await expect(page.getByText("The search was not answered. Search again.")).toBeVisible();
});

test("more hits than a page are fetched when asked for, without a repeat", async ({ page }) => {
  const word = `Many${randomBytes(4).toString("hex")}`;
  await db().merchant.createMany({ data: Array.from({ length: 30 }, (_, n) => ({ name: `${word} ${n}`, mode: "live" as const })) });
  await staffAt(page);
  await search(page, word);
  await expect(page.getByText("The first 20 merchants")).toBeVisible();
  await page.getByRole("button", { name: "More" }).click();
  await expect(page.getByText("30 merchants")).toBeVisible();
  const links = await page
    .getByRole("link", { name: new RegExp(word) })
    .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  expect(new Set(links).size).toBe(30);
});

for (const look of LOOKS) {
  test(`no page of the desk or the activity breaks the rules (${lookName(look)})`, async ({ browser }) => {
    const { owner } = await named();
    await activated(owner, { allowedIps: ["2001:4860:4860:1234:5678:9abc:def0:8888", "203.0.112.7"] });
    const staff = await makePerson({ staff: true });
    const context = await browser.newContext({ ...look, baseURL: origin() });
    const page = await context.newPage();
    await logInWithoutForm(context, staff);
    await page.goto("/support");
    await search(page, owner.email);
    await expect(page.getByText("1 merchant")).toBeVisible();
    await judge(page, "search");
    for (const part of PARTS) {
      await page.goto(`/support/merchants/${owner.merchantId}${part}`);
      await judge(page, `merchant${part}`);
    }
    await logInWithoutForm(context, owner);
    await page.goto(`/merchants/${owner.merchantId}/activity`);
    await judge(page, "activity");
    await context.close();
  });
}
