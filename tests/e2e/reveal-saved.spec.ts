import { checkAccessibility, test } from "./check-accessibility";
import { expect } from "./fixtures";
import { activeKey } from "./rotating";
import { listen } from "./screen-reader";

// Saving the secret: copy it, copy both, scan it, or check that it was saved. If none of it
// happened, Done asks once.

const clipboard = (page: { evaluate<T>(read: () => Promise<T>): Promise<T> }) =>
  page.evaluate(() => navigator.clipboard.readText());

test("both are copied as .env lines, and Done then asks nothing", async ({ ready: keys, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { key, secret } = await keys.activate();
  await keys.dialog.getByRole("button", { name: "Copy both as .env" }).click();
  await expect.poll(() => clipboard(keys.page)).toBe(`COUNTERSIGN_KEY=${key}\nCOUNTERSIGN_SECRET=${secret}\n`);
  await keys.dialog.getByRole("button", { name: "Done", exact: true }).click();
  await expect(keys.dialog).toBeHidden();
});

test("the new pair of a rotation is copied under the names that its client reads beside the old pair", async ({
  tab: keys,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await activeKey(keys.desk);
  await keys.open();
  await keys.press(/^Rotate key/);
  await expect(keys.dialog).toContainText("Make sure that nobody can see or record your screen.");
  await keys.confirm("Rotate");
  const shown = keys.page.getByRole("dialog", { name: /^Key \d+ is on standby/ });
  const secret = await shown.getByLabel("Secret key", { exact: true }).textContent();
  const key = await shown.locator("[data-kind=key]").textContent();
  await shown.getByRole("button", { name: "Copy both as .env" }).click();
  await expect
    .poll(() => clipboard(keys.page))
    .toBe(`COUNTERSIGN_KEY_NEXT=${key}\nCOUNTERSIGN_SECRET_NEXT=${secret}\n`);
});

test("Done asks once if nothing was copied; the question is announced, and the button that copies has the focus", async ({
  ready: keys,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { secret } = await keys.activate();
  const { hears } = await listen(keys.page);
  await keys.dialog.getByRole("button", { name: "Done", exact: true }).click();
  await hears("said: You have not copied it. It cannot be shown again.");
  await hears("focus: Copy secret key");
  await checkAccessibility(keys.page, "secret, asked once");
  await keys.page.keyboard.press("Enter");
  await expect.poll(() => clipboard(keys.page)).toBe(secret);
  await hears("focus: Done");
  await keys.page.keyboard.press("Enter");
  await expect(keys.dialog).toBeHidden();
});

test("the question can be dismissed, which closes the dialog", async ({ ready: keys }) => {
  const { secret } = await keys.activate();
  await keys.dialog.getByRole("button", { name: "Done", exact: true }).click();
  await keys.dialog.getByRole("button", { name: "Leave anyway" }).click();
  await expect(keys.dialog).toBeHidden();
  expect(await keys.page.content()).not.toContain(secret);
});

test("the end of the saved secret is compared in the browser, and no input ever holds the whole secret", async ({
  ready: keys,
}) => {
  const { page, dialog } = keys;
  const { secret } = await keys.activate();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url() + (request.postData() ?? "")));
  await dialog.getByText("Check that you saved it").click();
  const field = dialog.getByLabel("Last 6 characters, from where you saved it");
  const { hears } = await listen(page);
  await field.fill(secret.slice(-7, -1));
  await hears("said: These are not its last 6 characters.");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await checkAccessibility(page, "secret, check wrong");
  await field.fill(secret.slice(-6));
  await hears("said: Right. What you saved ends like this secret key.");
  await checkAccessibility(page, "secret, check right");
  await field.fill("");
  await field.pressSequentially(secret);
  expect(await field.inputValue()).toBe(secret.slice(0, 6));
  await expect(field).not.toHaveAttribute("name");
  expect(requests.join()).not.toContain(secret.slice(-6));
  await dialog.getByRole("button", { name: "Done", exact: true }).click();
  await expect(dialog).toBeHidden();
});

test("the QR code is collapsed at first; opening it counts as saving the secret", async ({ ready: keys }) => {
  await keys.activate();
  await expect(keys.dialog.getByRole("img", { name: /QR code/ })).toHaveCount(0);
  await keys.dialog.getByRole("switch", { name: "Secret key QR code" }).click();
  await expect(keys.dialog.getByRole("img", { name: /QR code/ })).toBeVisible();
  await checkAccessibility(keys.page, "secret, QR code");
  await keys.dialog.getByRole("button", { name: "Done", exact: true }).click();
  await expect(keys.dialog).toBeHidden();
});
