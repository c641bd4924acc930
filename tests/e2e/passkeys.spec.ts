import type { Page } from "@playwright/test";
import { db } from "@/lib/platform/db/db";
import { freshCodeOf } from "../kit/people/totp";
import { expect, test } from "./fixtures";
import { listen } from "./screen-reader";

/** A virtual passkey device in the browser. `recognise` sets whether it verifies its user. */
async function plugIn(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const;
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    recognise: (isUserVerified: boolean) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    forget: () => cdp.send("WebAuthn.clearCredentials", { authenticatorId }),
  };
}

const CANCELLED = "No passkey was used. Try again, or enter a code.";

test("a passkey replaces the code in every dialog and at login until it is removed", async ({
  page,
  keys,
  desk: { owner },
}) => {
  const device = await plugIn(page);
  await page.goto("/account");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await keys.dialog.getByLabel("Name").fill("Office laptop");
  await keys.dialog.getByLabel("2FA code").fill(await freshCodeOf(owner));
  await keys.dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("button", { name: "Remove passkey Office laptop" })).toBeVisible();

  await keys.open();
  const passkey = keys.dialog.getByRole("button", { name: "Confirm with passkey" });
  await page.getByRole("button", { name: "Generate API key" }).first().click();
  await passkey.click();
  await expect(keys.dialog).toBeHidden();
  await page
    .getByRole("button", { name: /^Activate/ })
    .first()
    .click();
  await passkey.click();
  await expect(
    page.getByRole("dialog", { name: "API key activated" }).getByLabel("Secret key", { exact: true }),
  ).toHaveText(/^[A-Za-z0-9]{64}$/);
  await keys.done();

  await page.context().clearCookies();
  await page.goto("/login");
  await page.getByLabel("Email").fill(owner.email);
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Continue" }).click();
  // The passkey was added in this browser, so it is asked for first; a code is one press away.
  await expect(page.getByRole("button", { name: "Confirm with passkey" })).toBeFocused();
  await page.getByRole("button", { name: "Use a code instead" }).click();
  await expect(page.getByLabel("2FA code")).toBeFocused();
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await expect(page).toHaveURL(/\/merchants/);

  await page.goto("/account");
  await page.getByRole("button", { name: "Remove passkey Office laptop" }).click();
  await passkey.click();
  // Buttons behind an open dialog have no role.
  await expect(keys.dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Remove passkey Office laptop" })).toHaveCount(0);
  await keys.open();
  await page.getByRole("button", { name: "Generate API key" }).first().click();
  await expect(keys.dialog.getByLabel("2FA code")).toBeVisible();
  await expect(passkey).toHaveCount(0);
  await device.forget();
});

test("a user with a passkey is offered it first by name, and can use a code instead; a failed user verification changes nothing", async ({
  page,
  keys,
  desk: { owner },
}) => {
  const device = await plugIn(page);
  await page.goto("/account");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await keys.dialog.getByLabel("Name").fill("Office laptop");
  await keys.dialog.getByLabel("2FA code").fill(await freshCodeOf(owner));
  await keys.dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("button", { name: "Remove passkey Office laptop" })).toBeVisible();
  await keys.open();
  await device.recognise(false);
  await page.getByRole("button", { name: "Generate API key" }).first().click();
  const passkey = keys.dialog.getByRole("button", { name: "Confirm with passkey" });
  await expect(passkey).toBeFocused();
  await expect(keys.dialog).toContainText("Office laptop");
  const { hears } = await listen(page);
  await passkey.press("Enter");
  await hears(`said: ${CANCELLED}`);
  await expect(passkey).toBeFocused();
  expect(await db().apiKey.count({ where: { merchantId: keys.desk.merchant.id } })).toBe(0);
  await keys.dialog.getByRole("button", { name: "Use a code instead" }).click();
  await expect(keys.dialog.getByText(CANCELLED).and(keys.dialog.locator("p *"))).toHaveCount(0);
  await expect(keys.dialog.getByLabel("2FA code")).toBeFocused();
  await keys.confirm("Generate");
  await expect(keys.dialog).toBeHidden();
  await device.forget();
});
