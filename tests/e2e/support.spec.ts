import { randomBytes } from "node:crypto";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { db } from "@/lib/platform/db/db";
import { activated, asDatabaseOwner, freshProof, storedKey, unwrap } from "../kit/people/api-keys";
import { makeMember, makePerson } from "../kit/people/people";
import { test as accessibilityTest, checkAccessibility } from "./check-accessibility";
import { expect, logInWithoutForm, test } from "./fixtures";
import { countLooks, field, merchantWithUniqueName, PARTS, request, search, staffAt } from "./support-desk";

test("staff land on the desk, find a merchant by name, number, e-mail and API key, and read its keys, members and activity", async ({
  page,
}) => {
  const { owner, name } = await merchantWithUniqueName();
  const { id, number } = await activated(owner, { allowedIps: ["203.0.112.7", "198.51.99.0/28"] });
  const { key, fingerprint } = await storedKey(id);
  const merchant = await db().merchant.findUniqueOrThrow({ where: { id: owner.merchantId }, select: { number: true } });
  await staffAt(page, "/merchants");
  await expect(page).toHaveURL("/support");
  await expect(page.getByText("Read only")).toBeVisible();
  await expect(field(page)).toBeFocused();
  for (const text of [
    name.toUpperCase().slice(2, 14),
    String(merchant.number),
    owner.email,
    key,
    key.replace(/(.{4})/g, "$1 "),
  ]) {
    await search(page, text);
    await expect(page.getByText("1 merchant", { exact: true })).toBeVisible();
    await expect(page.getByRole("link", { name: new RegExp(`${name}.*Key ${number}`) })).toBeVisible();
  }
  expect(await countLooks(owner.merchantId)).toBe(0);

  await page.getByRole("link", { name: new RegExp(name) }).click();
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await expect(page).toHaveTitle(new RegExp(`^API keys · ${name} · Support desk`));
  const sheet = page.getByRole("region", { name: `Key ${number}` });
  for (const text of ["Active", "203.0.112.7", "and 1 other", `by ${owner.email}`, fingerprint as string])
    await expect(sheet).toContainText(text);
  expect(await sheet.locator("[data-key]").first().textContent()).toBe(key);
  await page.getByRole("link", { name: "Members" }).click();
  await expect(page.getByRole("row").filter({ hasText: owner.email })).toContainText("Can log in");
  await page.getByRole("link", { name: "Activity" }).click();
  await expect(page.getByText(`Key ${number} activated`)).toBeVisible();
  await expect(page.getByText("Support looked at the members")).toBeVisible();
  await expect(
    page.getByRole("button", { name: /Activate|Deactivate|Retire|Edit|Generate|Add|Remove|Change/ }),
  ).toHaveCount(0);
  expect(await countLooks(owner.merchantId)).toBe(3);
});

test("staff read the page of a key as its Owners do, without an action, and each opening is one look", async ({
  page,
}) => {
  const { owner, name } = await merchantWithUniqueName();
  const { id, number } = await activated(owner, { allowedIps: ["203.0.112.7"] });
  await asDatabaseOwner(
    `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, mistake, looked_at, flush)
     VALUES (gen_random_uuid(), $1, 'ip_not_allowed', '198.51.99.77', now(), now(), 3, NULL, NULL, 1)`,
    [number],
  );
  unwrap(await deactivateKey(owner.member, { keyId: id, reason: "rotating" }, freshProof(owner)));
  await staffAt(page, `/support/merchants/${owner.merchantId}`);
  await page.getByRole("link", { name: `Requests, refusals and addresses of key ${number}` }).click();
  await expect(page).toHaveTitle(new RegExp(`^Key ${number} · ${name} · Support desk`));
  await expect(page.getByText("Every request signed with it is refused by all gateways.")).toBeVisible();
  await expect(page.getByRole("region", { name: "Receipt of the deactivation" })).toContainText(owner.email);
  await expect(page.getByRole("region", { name: "Refusals" })).toContainText("The address is not allowed");
  await expect(page.getByRole("region", { name: "Refusals" })).toContainText(
    "Tell the merchant: If the server is yours, add its address with Edit IP addresses.",
  );
  await expect(page.getByRole("region", { name: "Addresses in use" })).toContainText("198.51.99.77");
  const { key, fingerprint } = await storedKey(id);
  const facts = page.getByRole("region", { name: "Facts" });
  await expect(facts.getByText(fingerprint ?? "none")).toBeVisible();
  expect(await facts.locator("[data-key]").textContent()).toBe(key);
  expect(await countLooks(owner.merchantId)).toBe(2);
  await page.getByRole("link", { name: "30 days" }).click();
  await expect(page.getByRole("img", { name: "Accepted requests, 0 in all" })).toBeVisible();
  await expect(page).toHaveURL(/period=month/);
  expect(await countLooks(owner.merchantId)).toBe(3);
  const acting = /Activate|Deactivate|Retire|Edit|Allow|note|Rotate|Take over/;
  await expect(page.getByRole("main").getByRole("button", { name: acting })).toHaveCount(0);
  await expect(page.getByRole("main").getByRole("link", { name: /Integration|signing code/ })).toHaveCount(0);
  const missing = await page.goto(`/support/merchants/${owner.merchantId}/api-keys/${number + 1}`);
  expect(missing?.status()).toBe(404);
});

test("every page opened or reloaded is one recorded look, and the merchant's Owners see who looked", async ({
  page,
  elsewhere: theirs,
}) => {
  const { owner, name } = await merchantWithUniqueName();
  const path = `/support/merchants/${owner.merchantId}`;
  await staffAt(page, path);
  await expect(page.getByRole("heading", { name })).toBeVisible();
  expect(await countLooks(owner.merchantId)).toBe(1);
  await page.reload();
  expect(await countLooks(owner.merchantId)).toBe(2);

  await logInWithoutForm(theirs.context(), owner);
  await theirs.goto(`/merchants/${owner.merchantId}/activity?show=support`);
  const looks = theirs.getByRole("row").filter({ hasText: "Support looked at the API keys" });
  await expect(looks).toHaveCount(2);
  await expect(looks.first()).toContainText("Noor Haddad");
  await expect(looks.first()).toContainText("Support desk");
});

test("a search without results says what can be searched for; a failed one says to try again", async ({ page }) => {
  await staffAt(page);
  await search(page, "nobody has this name");
  await expect(page.getByRole("status").filter({ hasText: "No merchant found." })).toContainText("a whole API key");
  await page.route("**/support/search", (route) => route.abort());
  await search(page, "acme");
  await expect(page.getByText("The search was not answered. Search again.")).toBeVisible();
});

test("further hits are fetched on request, without repeats", async ({ page }) => {
  const word = `Many${randomBytes(4).toString("hex")}`;
  await db().merchant.createMany({
    data: Array.from({ length: 30 }, (_, n) => ({ name: `${word} ${n}`, mode: "live" as const })),
  });
  await staffAt(page);
  await search(page, word);
  await expect(page.getByText("The first 20 merchants")).toBeVisible();
  await page.getByRole("button", { name: "More" }).click();
  await expect(page.getByText("30 merchants")).toBeVisible();
  const links = await page
    .getByRole("link", { name: new RegExp(word) })
    .evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  expect(new Set(links).size).toBe(30);
});

test("the next page focuses its heading, and a test merchant is marked beside its name", async ({ page }) => {
  const { owner, name } = await merchantWithUniqueName();
  for (let n = 0; n < 26; n++) await makeMember("view", owner.merchantId);
  await db().merchant.update({ where: { id: owner.merchantId }, data: { mode: "test" }, select: { id: true } });
  await staffAt(page, `/support/merchants/${owner.merchantId}/members`);
  await expect(page).toHaveTitle(new RegExp(`^Members · ${name} \\(Test\\) · Support desk`));
  await page.getByRole("link", { name: "More" }).click();
  const heading = page.getByRole("heading", { name: new RegExp(`^${name} ?, Test$`) });
  await expect(heading).toBeFocused();
  await page.getByRole("link", { name: "First" }).click();
  await expect(heading).toBeFocused();
  await search(page, name);
  await expect(page.getByRole("link", { name: new RegExp(`${name}.*Test.*No key yet`) })).toBeVisible();
});

/** A merchant with an active key and addresses of every length. */
async function withLongAddresses() {
  const merchant = await merchantWithUniqueName();
  await activated(merchant.owner, { allowedIps: ["2001:4860:4860:1234:5678:9abc:def0:8888", "203.0.112.7"] });
  return merchant;
}

accessibilityTest("the desk with search results has no accessibility violations", async ({ page }) => {
  const { owner } = await withLongAddresses();
  await staffAt(page);
  await search(page, owner.email);
  await expect(page.getByText("1 merchant")).toBeVisible();
  await checkAccessibility(page, "search");
});

for (const part of PARTS) {
  accessibilityTest(`a merchant at the desk has no accessibility violations, at "${part || "/"}"`, async ({ page }) => {
    const { owner, name } = await withLongAddresses();
    await staffAt(page, `/support/merchants/${owner.merchantId}${part}`);
    await expect(page.getByRole("heading", { name })).toBeVisible();
    await checkAccessibility(page, `merchant${part}`);
  });
}

accessibilityTest("the page of a key at the desk has no accessibility violations", async ({ page }) => {
  const { owner } = await merchantWithUniqueName();
  const { number } = await activated(owner, { allowedIps: ["2001:4860:4860:1234:5678:9abc:def0:8888", "203.0.112.7"] });
  await staffAt(page, `/support/merchants/${owner.merchantId}/api-keys/${number}`);
  await expect(page.getByRole("heading", { name: `Key ${number}` })).toBeVisible();
  await checkAccessibility(page, "merchant, key");
});

accessibilityTest(
  "the activity of a merchant, with a look of Support, has no accessibility violations",
  async ({ page }) => {
    const { owner } = await withLongAddresses();
    await request(`/support/merchants/${owner.merchantId}`, await makePerson({ staff: true }));
    await logInWithoutForm(page.context(), owner);
    await page.goto(`/merchants/${owner.merchantId}/activity`);
    await expect(page.getByText("Support looked at the API keys")).toBeVisible();
    await checkAccessibility(page, "activity");
  },
);
