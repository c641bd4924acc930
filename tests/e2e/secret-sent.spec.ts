import { mailTo } from "../kit/mail/inbox";
import { activated, asDatabaseOwner, storedKey } from "../kit/people/api-keys";
import { checkAccessibility, test } from "./check-accessibility";
import { expect } from "./fixtures";
import { signed } from "./signed";

test("a secret key sent as the signature alerts its Owners on every page and by mail, with one button to retire the key", async ({
  tab: keys,
}) => {
  const { page, desk } = keys;
  const { id, number, secret } = await activated(desk.owner);
  const { key } = await storedKey(id);
  const overview = `/merchants/${desk.merchant.id}`;
  await expect.poll(async () => (await signed({ key, secret })).status).toBe(200);
  const sent = await fetch(`${process.env.E2E_GATEWAY}/api/v2/whoami`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Processing-Key": key, "X-Processing-Signature": secret },
    body: "{}",
  });
  expect(sent.status).toBe(403);
  const stored = "SELECT 1 FROM refusals WHERE key_number = $1 AND reason = 'secret_sent'";
  await expect.poll(async () => (await asDatabaseOwner(stored, [number])).length).toBe(1);

  const alarm = page.getByRole("alert").filter({ hasText: `The secret key of key ${number} was sent with a request.` });
  for (const path of [
    overview,
    `${overview}/api-keys`,
    `${overview}/api-keys/${number}`,
    `${overview}/api-keys/${number}/refusals`,
  ]) {
    await page.goto(path);
    await expect(alarm).toBeVisible();
    expect(await page.content()).not.toContain(secret);
  }
  await page.goto(`${overview}/api-keys`);
  await checkAccessibility(page, "secret sent");
  expect((await mailTo(desk.owner.email, /was sent with a request$/)).text).not.toContain(secret);

  await alarm.getByRole("button", { name: "Deactivate as compromised" }).click();
  await expect(keys.dialog.getByRole("radio", { name: "Secret compromised" })).toBeChecked();
  await keys.confirm("Deactivate");
  await expect(page.getByRole("dialog", { name: new RegExp(`^Key ${number} is deactivated`) })).toBeVisible();
  await keys.dialog.getByRole("button", { name: "Done" }).click();
  await expect(alarm).toHaveCount(0);
  expect((await storedKey(id)).status).toBe("retired");
});
