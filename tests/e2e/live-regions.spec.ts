import { wrongCodeOf } from "../kit/people/totp";
import { expect, test } from "./fixtures";

/* A live region says what holds now: what no longer holds is taken out of it. */

test("once an address is corrected, no status region names its error", async ({ ready: keys }) => {
  await keys.press(/^Activate/);
  const ips = keys.dialog.getByLabel("IP addresses");
  const said = keys.dialog.getByRole("status").filter({ hasText: "is not an IPv4 or IPv6 address" });
  await ips.fill("198.51.100.300,");
  await expect(said).toHaveCount(1);
  await keys.dialog.getByRole("button", { name: "Remove 198.51.100.300" }).click();
  await expect(said).toHaveCount(0);
});

test("once a refused code is changed, no status region says that it was refused", async ({ ready: keys }) => {
  await keys.press(/^Activate/);
  await keys.confirm("Activate", wrongCodeOf(keys.desk.owner));
  const said = keys.dialog.getByRole("status").filter({ hasText: "That code did not match" });
  await expect(said).toHaveCount(1);
  await keys.dialog.getByLabel("2FA code").press("Backspace");
  await expect(said).toHaveCount(0);
});

test("once the secret key is copied, no status region says that it was not, and after the toast none says that it was", async ({
  ready: keys,
}) => {
  const { page } = keys;
  await keys.activate();
  await keys.dialog.getByRole("button", { name: "Done" }).click();
  const missing = keys.dialog.getByRole("status").filter({ hasText: "You have not copied it" });
  await expect(missing).toHaveCount(1);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await keys.dialog.getByRole("button", { name: "Copy secret key" }).last().click();
  const copied = page.getByRole("status").filter({ hasText: "Secret key copied" });
  await expect(copied).toHaveCount(1);
  await expect(missing).toHaveCount(0);
  await expect(copied).toHaveCount(0);
});

test("once the question about changed addresses is answered, no status region asks it", async ({ ready: keys }) => {
  await keys.press(/^Activate/);
  await keys.dialog.getByLabel("IP addresses").fill("45.33.32.7,");
  await keys.page.keyboard.press("Escape");
  const asked = keys.dialog.getByRole("status").filter({ hasText: "Discard the changed addresses?" });
  await expect(asked).toHaveCount(1);
  await keys.dialog.getByRole("button", { name: "Keep editing" }).click();
  await expect(asked).toHaveCount(0);
});
