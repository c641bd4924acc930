import type { Page } from "@playwright/test";
import { confirmReceipt } from "@/lib/api-keys/propagation/receipt";
import { activated, generated, unwrap } from "../kit/people/api-keys";
import { checkAccessibility, test } from "./check-accessibility";
import { type Desk, expect } from "./fixtures";

// WCAG 2.2 AA, no overflow, a strict CSP and no foreign requests, for every page and dialog: light
// and dark, phone and desktop. One test per state.
const ADDRESSES = ["45.33.32.7", "2600:1f18:40::/48"];

/** A key whose secret was confirmed as seen. */
async function activeKey({ owner }: Desk): Promise<void> {
  const { id, ticket } = await activated(owner, { allowedIps: ADDRESSES });
  unwrap(await confirmReceipt(owner.member, { keyId: id, ticket }));
}

async function enterPassword(page: Page): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill("someone@acme.example");
  await page.getByLabel("Password").fill("a password");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByLabel("2FA code")).toBeVisible();
}

test("the login page has no accessibility violations", async ({ page }) => {
  await page.goto("/login");
  await checkAccessibility(page, "login");
});

test("the login page that asks for a code has no accessibility violations", async ({ page }) => {
  await enterPassword(page);
  await checkAccessibility(page, "login, code");
});

test("a refused login has no accessibility violations", async ({ page }) => {
  await enterPassword(page);
  await page.getByLabel("2FA code").fill("123456");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByText("code is wrong")).toBeVisible();
  await checkAccessibility(page, "login, refused");
});

test("a page that does not exist has no accessibility violations", async ({ page }) => {
  await page.goto("/nowhere");
  await checkAccessibility(page, "not found");
});

test("the overview has no accessibility violations", async ({ tab: { page } }) => {
  await page.goto("/merchants");
  await checkAccessibility(page, "overview");
});

test("the tab without a key has no accessibility violations", async ({ keys: { page } }) => {
  await checkAccessibility(page, "empty tab");
});

test("the dialog that generates a key has no accessibility violations", async ({ keys: { page, dialog } }) => {
  await page.getByRole("button", { name: "Generate API key" }).first().click();
  await expect(dialog).toBeVisible();
  await checkAccessibility(page, "generate");
});

test("the tab with two keys, one of them just generated, has no accessibility violations", async ({ tab }) => {
  await generated(tab.desk.owner);
  await tab.open();
  await tab.generate();
  await checkAccessibility(tab.page, "two keys");
});

test("the dialog that activates a key has no accessibility violations, with accepted addresses and a refused one", async ({
  tab,
}) => {
  await generated(tab.desk.owner);
  await tab.open();
  await tab.press(/^Activate/);
  await tab.dialog.getByLabel("IP addresses").fill("45.33.32.7 10.0.0.300 2600:1f18:40::/48");
  await tab.dialog.getByLabel("IP addresses").press("Enter");
  await checkAccessibility(tab.page, "activate");
});

test("the secret that is shown has no accessibility violations", async ({ tab }) => {
  await generated(tab.desk.owner);
  await tab.open();
  await tab.activate(ADDRESSES.join(", "));
  await checkAccessibility(tab.page, "activated");
});

test("the tab with an active key and one that cannot be activated has no accessibility violations", async ({ tab }) => {
  await generated(tab.desk.owner);
  await activeKey(tab.desk);
  await tab.open();
  await checkAccessibility(tab.page, "active key");
});

test("the list of a key's addresses has no accessibility violations", async ({ tab }) => {
  await activeKey(tab.desk);
  await tab.open();
  await tab.press(/^and 1 other/);
  await expect(tab.page.getByText(ADDRESSES[1] as string)).toBeVisible();
  await checkAccessibility(tab.page, "addresses");
});

test("the dialog that edits a key's addresses has no accessibility violations", async ({ tab }) => {
  await activeKey(tab.desk);
  await tab.open();
  await tab.press(/^Edit IP addresses/);
  await expect(tab.dialog).toBeVisible();
  await checkAccessibility(tab.page, "edit");
});

test("the dialog that deactivates a key has no accessibility violations", async ({ tab }) => {
  await activeKey(tab.desk);
  await tab.open();
  await tab.press(/^Deactivate/);
  await expect(tab.dialog).toBeVisible();
  await checkAccessibility(tab.page, "deactivate");
});

test("a key that is deactivated for good has no accessibility violations", async ({ tab }) => {
  await activeKey(tab.desk);
  await tab.open();
  await tab.press(/^Deactivate/);
  await tab.dialog.getByRole("radio", { name: "Secret lost" }).check();
  await tab.confirm("Deactivate");
  await expect(tab.dialog).toContainText(/retired/i);
  await expect(tab.dialog.getByLabel("2FA code")).toHaveCount(0);
  await checkAccessibility(tab.page, "deactivation");
});
