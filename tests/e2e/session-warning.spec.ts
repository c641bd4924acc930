import type { Page } from "@playwright/test";
import { db } from "@/lib/platform/db/db";
import { asOwner } from "../kit/people/owner";
import { mintSession } from "../kit/people/session";
import { codeOf } from "../kit/people/totp";
import { addSessionCookie, type Desk, expect, test } from "./fixtures";

/* The page's clock is moved forward; the server's view of the session does not change. */

const PASSES = "13:01";

async function opened(
  page: Page,
  { owner, merchant }: Desk,
  path = `/merchants/${merchant.id}/api-keys`,
): Promise<string> {
  const session = await mintSession(owner);
  await addSessionCookie(page.context(), session);
  await page.clock.install();
  await page.goto(path);
  await expect(page.locator("html")).toHaveAttribute("data-hydrated");
  return session.sessionId;
}

const unusedFor = (id: string, seconds: number) =>
  asOwner("UPDATE sessions SET seen_at = now() - make_interval(secs => $2) WHERE id = $1", [id, seconds]);

const seenAgo = async (id: string): Promise<number> => {
  const [row] = await asOwner<{ ago: number }>(
    "SELECT extract(epoch FROM now() - seen_at)::float8 AS ago FROM sessions WHERE id = $1",
    [id],
  );
  return row?.ago ?? Number.NaN;
};

const question = (page: Page) => page.getByRole("alertdialog", { name: "Still there?" });

test("after 13 minutes without a request the page asks, and one button keeps the session", async ({ page, desk }) => {
  const id = await opened(page, desk);
  await unusedFor(id, 13 * 60 + 5);
  await page.clock.fastForward(PASSES);
  await expect(question(page)).toContainText(/You will be logged out in 1:5\d\. Unsaved input will be discarded\./);
  await expect(question(page).getByRole("button")).toHaveCount(1);
  const stay = question(page).getByRole("button", { name: "Stay logged in" });
  await expect(stay).toBeFocused();
  expect(await seenAgo(id)).toBeGreaterThan(13 * 60);
  await stay.click();
  await expect(question(page)).toHaveCount(0);
  expect(await seenAgo(id)).toBeLessThan(60);
});

test("a session that another tab uses shows no warning", async ({ page, desk }) => {
  await opened(page, desk);
  const asked = page.waitForResponse("/api/session");
  await page.clock.fastForward(PASSES);
  expect((await (await asked).json()).idle).toBeGreaterThan(14 * 60);
  await expect(question(page)).toHaveCount(0);
});

test("the warning keeps an open dialog as it is, and Escape keeps the session", async ({ page, desk, tab }) => {
  const id = await opened(page, desk);
  await page.getByRole("button", { name: "Generate API key" }).first().click();
  await tab.dialog.getByLabel("2FA code").fill("123");
  await unusedFor(id, 13 * 60 + 5);
  await page.clock.fastForward(PASSES);
  await expect(question(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(question(page)).toHaveCount(0);
  await expect(tab.dialog.getByLabel("2FA code")).toHaveValue("123");
  await unusedFor(id, 13 * 60 + 5);
  await page.clock.fastForward(PASSES);
  await question(page).getByRole("button", { name: "Stay logged in" }).click();
  await expect(question(page)).toHaveCount(0);
  await expect(tab.dialog.getByLabel("2FA code")).toHaveValue("123");
});

test("an ended session leads to the login page, which says why and returns to the same page", async ({
  page,
  desk,
}) => {
  const path = `/merchants/${desk.merchant.id}/activity?group=keys`;
  const id = await opened(page, desk, path);
  await unusedFor(id, 15 * 60 + 1);
  await page.clock.fastForward(PASSES);
  await expect(page).toHaveURL(/\/login\?ended=idle/);
  await expect(
    page.getByText("You were inactive for 15 minutes. Nothing was changed; unsaved input was discarded."),
  ).toBeVisible();
  await expect(page.getByText("You then return to the page you were on.")).toBeVisible();
  const { email, password } = desk.owner;
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByLabel("Password").press("Enter");
  await page.getByLabel("2FA code").fill(codeOf(desk.owner));
  await page.getByLabel("2FA code").press("Enter");
  await expect(page).toHaveURL(path);
});

test("a twelve-hour-old session cannot be prolonged, and the warning says so", async ({ page, desk }) => {
  const id = await opened(page, desk);
  await asOwner("UPDATE sessions SET expires_at = now() + interval '100 seconds' WHERE id = $1", [id]);
  await page.clock.fastForward(PASSES);
  const notice = page.getByRole("alertdialog", { name: "Your login ends soon" });
  await expect(notice).toContainText("Logins last 12 hours at most.");
  await notice.getByRole("button", { name: "OK" }).click();
  await expect(notice).toHaveCount(0);
});

test("asking how long a session lasts does not prolong it, and another site cannot prolong it", async ({
  page,
  desk,
}) => {
  const id = await opened(page, desk);
  await unusedFor(id, 600);
  const session = `${process.env.E2E_ORIGIN}/api/session`;
  expect((await page.request.get(session)).status()).toBe(200);
  const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await page.request.post(session, { headers: foreign })).status()).toBe(401);
  expect(await seenAgo(id)).toBeGreaterThan(590);
  await db().session.update({
    where: { id },
    data: { endedAt: new Date(), endedReason: "elsewhere" },
    select: { id: true },
  });
  expect((await page.request.get(session)).status()).toBe(401);
});
