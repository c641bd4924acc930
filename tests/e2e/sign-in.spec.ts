import type { Page } from "@playwright/test";
import { db } from "@/lib/platform/db/db";
import { makeMember, makeMerchant, makeOwner, makePerson, type Person } from "../kit/people/people";
import { codeOf, rewind, wrongCodeOf } from "../kit/people/totp";
import { expect, logInWithoutForm, test } from "./fixtures";

const REFUSED =
  "The email, password or code is wrong. Check them and use a new code. Five wrong codes lock codes for 30 minutes.";

async function enter(page: Page, { email, password, code }: { email: string; password: string; code: string }) {
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("2FA code").fill(code);
  await page.getByRole("button", { name: "Log in" }).click();
}

const right = (person: Person) => ({ email: person.email, password: person.password, code: codeOf(person) });

/** Users who are refused, and what they enter. All get the same text. */
const REFUSALS: Record<string, () => Promise<{ email: string; password: string; code: string }>> = {
  "a wrong e-mail": async () => ({ ...right(await makeOwner()), email: "nobody@acme.example" }),
  "a wrong password": async () => ({ ...right(await makeOwner()), password: "not the password" }),
  "a wrong code": async () => {
    const owner = await makeOwner();
    return { ...right(owner), code: wrongCodeOf(owner) };
  },
  "a user without 2FA": async () => ({ ...right(await makePerson({ device: false })), code: "123456" }),
  "a disabled user": async () => right(await makePerson({ disabled: true })),
  "a locked user": async () => {
    const owner = await makeOwner();
    const lock = {
      userId: owner.userId,
      purpose: "login" as const,
      failures: 5,
      lockedUntil: new Date(Date.now() + 600_000),
    };
    await db().codeAttempt.create({ data: lock, select: { userId: true } });
    return right(owner);
  },
};

for (const [what, entry] of Object.entries(REFUSALS)) {
  test(`${what} is refused like every other login, without a session`, async ({ page, context }) => {
    await enter(page, await entry());
    await expect(page.getByText(REFUSED)).toBeVisible();
    expect((await context.cookies()).filter(({ name }) => name.includes("session"))).toEqual([]);
  });
}

test("the code step follows any password, and nothing is sent before the code", async ({ page }) => {
  const posts: string[] = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await page.goto("/login");
  await page.getByLabel("Email").fill("nobody@acme.example");
  await page.getByLabel("Password").fill("whatever it is");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByLabel("2FA code")).toBeFocused();
  expect(posts).toEqual([]);
});

test("a code used once cannot log in a second time", async ({ page: first, elsewhere: second }) => {
  const owner = await makeOwner();
  const entry = right(owner);
  await enter(first, entry);
  await expect(first).toHaveURL(/\/merchants/);
  await enter(second, entry);
  await expect(second.getByText(REFUSED)).toBeVisible();
});

test("a pasted code with spaces is accepted; one merchant opens directly, several are listed", async ({ page }) => {
  const owner = await makeOwner();
  await page.goto("/login");
  await page.getByLabel("Email").fill(owner.email);
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Continue" }).click();
  const code = codeOf(owner);
  const field = page.getByLabel("2FA code");
  expect(await field.getAttribute("inputmode")).toBe("numeric");
  expect(await field.getAttribute("autocomplete")).toBe("one-time-code");
  await field.evaluate(
    (input, text) => {
      const data = new DataTransfer();
      data.setData("text", text);
      input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    },
    `${code.slice(0, 3)} ${code.slice(3)}`,
  );
  await expect(field).toHaveValue(code);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(`/merchants/${owner.merchantId}`);

  const { id, name } = await makeMerchant({ name: "Second Store" });
  await db().membership.create({
    data: { merchantId: id, userId: owner.userId, role: "view" },
    select: { userId: true },
  });
  await page.goto("/merchants");
  await expect(page.getByRole("link", { name: new RegExp(name) })).toBeVisible();
});

test("Restricted everywhere: the right credentials give no session, only how to reach Support", async ({
  page,
  context,
}) => {
  const member = await makeMember("restricted");
  await enter(page, right(member));
  await expect(page.getByText("support@countersign.example").first()).toBeVisible();
  expect((await context.cookies()).filter(({ name }) => name.includes("session-token"))).toEqual([]);
});

test("Restricted at one merchant of two: that one is not listed", async ({ page }) => {
  const owner = await makeOwner();
  const { id } = await makeMerchant({ name: "Closed Store" });
  await db().membership.create({
    data: { merchantId: id, userId: owner.userId, role: "restricted" },
    select: { userId: true },
  });
  await logInWithoutForm(page.context(), owner);
  await page.goto("/merchants");
  await expect(page).toHaveURL(`/merchants/${owner.merchantId}`);
  expect(await page.content()).not.toContain("Closed Store");
});

test("Log out ends the session at once, and its cookie is refused afterwards", async ({ page, context }) => {
  const owner = await makeOwner();
  await rewind(owner);
  await enter(page, right(owner));
  await expect(page).toHaveURL(`/merchants/${owner.merchantId}`);
  const kept = await context.cookies();
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByText("Log out").click();
  await expect(page).toHaveURL(/\/login/);
  await context.addCookies(kept);
  await page.goto(`/merchants/${owner.merchantId}`);
  await expect(page).toHaveURL(/\/login/);
});

for (const [what, data] of [
  ["15 idle minutes", { seenAt: new Date(Date.now() - 15 * 60_000 - 2_000) }],
  ["12 hours", { expiresAt: new Date(Date.now() - 1_000) }],
  ["being ended elsewhere", { endedAt: new Date(), endedReason: "elsewhere" }],
] as const) {
  test(`after ${what} a session is refused, the login page says why, and next-auth's own route returns nothing`, async ({
    page,
    desk,
  }) => {
    await logInWithoutForm(page.context(), desk.owner);
    await page.goto(`/merchants/${desk.merchant.id}`);
    await expect(page).toHaveURL(`/merchants/${desk.merchant.id}`);
    await db().session.updateMany({ where: { userId: desk.owner.userId }, data });
    await page.goto(`/merchants/${desk.merchant.id}`);
    await expect(page).toHaveURL(/\/login/);
    await expect(page.getByRole("heading").first()).toContainText(/logged out/i);
    const session = await page.request.get("/api/auth/session");
    expect(await session.text()).not.toContain(desk.owner.email);
  });
}

test("the login page says how to reach Support for a forgotten password or a lost device", async ({ page }) => {
  await page.goto("/login");
  await expect(page.getByText(/forgot/i).first()).toBeVisible();
  await expect(page.getByText(/support@countersign\.example/).first()).toBeVisible();
});

test("without JavaScript no password is sent", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/login");
  await page.getByLabel("Email").fill("mara@acme.example");
  await page.getByLabel("Password").fill("a secret of mine");
  const sent: string[] = [];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData()}`));
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Password").press("Enter");
  await expect(page).toHaveURL("/login");
  expect(sent).toEqual([]);
  await context.close();
});
