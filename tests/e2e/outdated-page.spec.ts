import type { Page } from "@playwright/test";
import { asDatabaseOwner } from "../kit/people/api-keys";
import { expect, test } from "./fixtures";
import { untilIdle } from "./idle";
import { listen } from "./screen-reader";

/* After a deployment, an open page asks for script files that are gone. */

const SENTENCE = "A part of this page could not be loaded. Countersign may have been updated: reload, then try again.";
const PASSKEYS = "Passkeys could not be loaded, and nothing was changed. Reload the page, then try again.";

/** From now on no further script of the page exists. */
async function scriptsAreGone(page: Page): Promise<() => Promise<void>> {
  await untilIdle(page);
  await page.route(/\/_next\/static\/.*\.js/, (route) => route.fulfill({ status: 404, body: "" }));
  return () => page.unroute(/\/_next\/static\/.*\.js/);
}

const reload = (page: Page) => page.getByRole("button", { name: "Reload", exact: true });

for (const [what, path, name] of [
  ["a key's dialog", "/api-keys", /^Generate API key/],
  ["a team's dialog", "/team", "Add users"],
  ["the account menu", "", /^Account/],
] as const)
  test(`${what} whose script is gone says so each time, and its button reloads the page`, async ({
    tab: { page, desk },
  }) => {
    await page.goto(`/merchants/${desk.merchant.id}${path}`);
    const opener = page.getByRole("button", { name }).first();
    await expect(opener).toBeVisible();
    const comeBack = await scriptsAreGone(page);
    const { heard } = await listen(page);
    const said = async () => (await heard()).filter((line) => line.startsWith(`said: ${SENTENCE}`)).length;
    for (const times of [1, 2]) {
      await opener.click();
      await expect.poll(said).toBe(times);
    }
    await comeBack();
    await Promise.all([page.waitForEvent("load"), reload(page).click()]);
    await expect(page.locator("html")).toHaveAttribute("data-hydrated");
    await opener.click();
    await expect(page.getByRole("dialog").or(page.getByRole("menu")).first()).toBeVisible();
    await expect(reload(page)).toHaveCount(0);
  });

test("a login whose passkey script is gone says so, offers to reload, and still takes a code", async ({
  page,
  desk: { owner },
}) => {
  await page.goto("/login");
  await page.getByLabel("Email").fill(owner.email);
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await scriptsAreGone(page);
  const { hears } = await listen(page);
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await hears(`said: ${PASSKEYS}`);
  await expect(page.getByText(PASSKEYS)).toBeVisible();
  await expect(reload(page)).toBeVisible();
  await page.getByLabel("2FA code").fill("123456");
  await expect(page.getByText(PASSKEYS)).toHaveCount(0);
  await expect(reload(page)).toHaveCount(0);
});

test("a dialog whose passkey script is gone says so, and a code confirms what was typed", async ({ tab: keys }) => {
  const { page, desk } = keys;
  const passkey =
    "INSERT INTO passkeys (user_id, credential_id, public_key, name) VALUES ($1, $2, '\\x00', 'Office laptop')";
  await asDatabaseOwner(passkey, [desk.owner.userId, desk.owner.userId]);
  await keys.open();
  await page
    .getByRole("button", { name: /^Generate API key/ })
    .first()
    .click();
  await expect(keys.dialog).toBeVisible();
  await scriptsAreGone(page);
  await keys.dialog.getByRole("button", { name: "Confirm with passkey" }).click();
  await expect(keys.dialog.getByText(PASSKEYS)).toBeVisible();
  await expect(reload(page)).toBeVisible();
  await keys.dialog.getByRole("button", { name: "Use a code instead" }).click();
  await expect(keys.dialog.getByText(PASSKEYS)).toHaveCount(0);
  await keys.confirm("Generate");
  await expect(keys.dialog).toBeHidden();
});
