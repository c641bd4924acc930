import type { Page } from "@playwright/test";
import { loggedInUser, recoveryCodesOf } from "../kit/people/account";
import { makeOwner, type Person } from "../kit/people/people";
import { codeOf, freshCodeOf, rewind } from "../kit/people/totp";
import { test as accessibilityTest, checkAccessibility } from "./check-accessibility";
import { expect, logInWithoutForm, test } from "./fixtures";
import { listen } from "./screen-reader";

const REFUSED =
  "The email, password or code is wrong. Check them and use a new code. Five wrong codes lock codes for 30 minutes.";

async function openAccount(page: Page, person: Person): Promise<void> {
  await logInWithoutForm(page.context(), person);
  await page.goto("/account");
  await expect(page.getByRole("heading", { name: "Account", exact: true })).toBeVisible();
}

async function confirm(page: Page, person: Person, verb: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("2FA code").fill(await freshCodeOf(person));
  await dialog.getByRole("button", { name: verb, exact: true }).click();
}

async function makeCodes(page: Page, person: Person): Promise<string[]> {
  await page.getByRole("button", { name: "New codes for recovery" }).click();
  await confirm(page, person, "Make codes");
  const shown = page.getByRole("dialog", { name: "Your recovery codes" });
  await expect(shown.getByText("Save these codes now.")).toBeVisible();
  return shown.getByRole("list", { name: "Recovery codes" }).locator("output").allTextContents();
}

async function enterPassword(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Enter your 2FA code" })).toBeVisible();
}

async function enterRecoveryCode(page: Page, code: string): Promise<void> {
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(code);
  await page.getByRole("button", { name: "Log in" }).click();
}

test("a recovery code logs in once, whatever its spelling, and is refused the second time", async ({
  page,
  elsewhere,
}) => {
  const owner = await makeOwner();
  const [code = ""] = await recoveryCodesOf(await loggedInUser(owner));
  await enterPassword(page, owner);
  await enterRecoveryCode(page, code.toUpperCase());
  await expect(page).toHaveURL(/\/account$/);
  await expect(page.getByText("9 of 10 left")).toBeVisible();
  await enterPassword(elsewhere, owner);
  await enterRecoveryCode(elsewhere, code);
  await expect(elsewhere.getByText(REFUSED)).toBeVisible();
});

test("after a lost device, a recovery code moves 2FA and ends the other sessions, and the old device's codes are refused", async ({
  page,
  elsewhere: phone,
}) => {
  const owner = await makeOwner();
  const [code = ""] = await recoveryCodesOf(await loggedInUser(owner));
  await openAccount(page, owner);
  await openAccount(phone, owner);
  await phone.getByRole("button", { name: "Move to a new device" }).click();
  await phone.getByRole("button", { name: "Use a recovery code" }).click();
  await phone.getByRole("textbox", { name: "Recovery code" }).fill(code);
  await phone.getByRole("button", { name: "Continue" }).click();
  const seed = (await phone.getByLabel("Key for the authenticator app", { exact: true }).textContent()) ?? "";
  await phone.getByLabel("Code from the new device").fill(codeOf({ seed }));
  await phone.getByRole("button", { name: "Confirm" }).click();
  await expect(phone.getByRole("dialog")).toBeHidden();

  await page.reload();
  await expect(page).toHaveURL(/\/login\?ended=elsewhere/);
  for (const [device, opens] of [
    [owner.seed, false],
    [seed, true],
  ] as const) {
    await enterPassword(page, owner);
    await rewind(owner);
    await page.getByLabel("2FA code").fill(codeOf({ seed: device }));
    await page.getByRole("button", { name: "Log in" }).click();
    if (opens) await expect(page).toHaveURL(/\/merchants/);
    else await expect(page.getByText(REFUSED)).toBeVisible();
  }
});

test("recovery codes are shown once: after Done they are in no page, storage or later response", async ({ page }) => {
  const owner = await makeOwner();
  await openAccount(page, owner);
  const codes = await makeCodes(page, owner);
  expect(codes).toHaveLength(10);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Your recovery codes" })).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  const left = await page.evaluate(
    () => document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage }),
  );
  await page.reload();
  const later = await page.content();
  for (const code of codes) expect(left + later).not.toContain(code);
});

test("a changed password ends the session in another browser, and the old one is refused", async ({
  page,
  elsewhere: other,
}) => {
  const owner = await makeOwner();
  await openAccount(other, owner);
  await openAccount(page, owner);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByLabel("Current password").fill(owner.password);
  await page.getByLabel("New password", { exact: true }).fill("maple river stone");
  await page.getByLabel("Confirm new password").fill("maple river stones");
  await confirm(page, owner, "Change");
  await expect(page.getByText("The two new passwords are not the same.")).toBeVisible();
  await page.getByLabel("Confirm new password").fill("maple river stone");
  await confirm(page, owner, "Change");
  await expect(page.getByRole("dialog")).toBeHidden();
  await other.reload();
  await expect(other).toHaveURL(/\/login\?ended=elsewhere/);
  await rewind(owner);
  await enterPassword(other, owner);
  await other.getByLabel("2FA code").fill(codeOf(owner));
  await other.getByRole("button", { name: "Log in" }).click();
  await expect(other.getByText(REFUSED)).toBeVisible();
});

test("sessions that a user ends, one and then all others, are refused at their next click", async ({
  page,
  elsewhere: other,
}) => {
  const owner = await makeOwner();
  await openAccount(other, owner);
  await openAccount(page, owner);
  const ends = page.getByRole("button", { name: /^End session/ });
  const end = async () => {
    await page.getByRole("dialog").getByRole("button", { name: "End", exact: true }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
  };
  await expect(ends).toHaveCount(2);
  await ends.first().click();
  await end();
  await expect(ends).toHaveCount(1);
  await page.getByRole("button", { name: "End all other sessions" }).click();
  await end();
  await expect(ends).toHaveCount(0);
  await other.reload();
  await expect(other).toHaveURL(/\/login\?ended=elsewhere/);
  await expect(page.getByText("This browser")).toBeVisible();
});

/**
 * Each dialog's refusal if it is submitted empty with Enter, and the field that then has the
 * focus.
 */
const UNFILLED: [button: string, sentence: string, field: string][] = [
  ["Change password", "Enter your current password.", "Current password"],
  ["Move to a new device", "A 2FA code is six digits.", "2FA code"],
  ["New codes for recovery", "A 2FA code is six digits.", "2FA code"],
  ["Add a passkey", "Name it after its device, such as Office laptop.", "Name"],
];

for (const [button, sentence, label] of UNFILLED) {
  test(`"${button}" names a missing field on Enter, and clears the error when the field is filled in`, async ({
    page,
  }) => {
    await openAccount(page, await makeOwner());
    await page.getByRole("button", { name: button }).click();
    const field = page.getByRole("dialog").getByLabel(label, { exact: true });
    await expect(field).toBeVisible();
    const { hears } = await listen(page);
    await field.press("Enter");
    await hears(`said: ${sentence}`);
    await expect(field).toBeFocused();
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await field.fill("1");
    await expect(field).not.toHaveAttribute("aria-invalid");
  });
}

test("the link from the first login opens the dialog that adds a passkey", async ({ page }) => {
  await logInWithoutForm(page.context(), await makeOwner());
  await page.goto("/account#add-passkey");
  await expect(page.getByRole("dialog", { name: "Add a passkey" })).toBeVisible();
  await expect(page).toHaveURL("/account");
});

accessibilityTest("the account page has no accessibility violations", async ({ page }) => {
  await openAccount(page, await makeOwner());
  await checkAccessibility(page, "account");
});

for (const name of ["Change password", "Move to a new device", "New codes for recovery", "Add a passkey"]) {
  accessibilityTest(`the dialog "${name}" has no accessibility violations`, async ({ page }) => {
    await openAccount(page, await makeOwner());
    await page.getByRole("button", { name }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await checkAccessibility(page, name);
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("dialog")).toBeHidden();
  });
}
