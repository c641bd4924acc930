import { hmac } from "../kit/gateway/gateway-requests";
import { mailTo } from "../kit/mail/inbox";
import { activated, asDatabaseOwner, storedKey } from "../kit/people/api-keys";
import { checkAccessibility, test } from "./check-accessibility";
import { expect } from "./fixtures";
import { accepted, signed } from "./signed";

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

test("a secret key that came with an accepted request is told as that, and not as a refusal", async ({
  tab: { page, desk },
}) => {
  const { id, number, secret } = await activated(desk.owner);
  const { key } = await storedKey(id);
  await accepted({ key, secret });
  const headers = { "X-Processing-Key": key, "X-Processing-Signature": hmac(secret, "{}"), "X-Api-Secret": secret };
  const sent = await fetch(`${process.env.E2E_GATEWAY}/api/v2/whoami`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: "{}",
  });
  expect(sent.status).toBe(200);
  const stored = "SELECT 1 FROM refusals WHERE key_number = $1 AND reason = 'secret_sent'";
  await expect.poll(async () => (await asDatabaseOwner(stored, [number])).length).toBe(1);
  const path = `/merchants/${desk.merchant.id}/api-keys`;
  await page.goto(`${path}/${number}`);
  const panel = page.getByRole("region", { name: "Secret key in accepted requests" });
  await expect(panel).toContainText("The secret key was sent with an accepted request");
  await expect(panel).toContainText("Stop sending it");
  await expect(page.getByRole("region", { name: "Refusals" })).toContainText("None.");
  await checkAccessibility(page, "secret in an accepted request");
  await page.goto(`${path}/${number}/refusals`);
  await expect(page.getByText("None in the last 24 hours.")).toBeVisible();
  await page.goto(path);
  await expect(page.getByText(/^last refused/)).toHaveCount(0);
});
