import type { Page } from "@playwright/test";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { activated, freshProof, unwrap } from "../kit/people/api-keys";
import { checkAccessibility, test } from "./check-accessibility";
import { expect } from "./fixtures";
import { countLooks, staffAt } from "./support-desk";
import { acceptedFrom, lastAccepted, refused } from "./usage";

// What is shown of a key's use: charts, receipt, refusals and addresses.

const heightOf = async (page: Page, name: RegExp) => (await page.getByRole("img", { name }).boundingBox())?.height;

test("accepted and refused requests are drawn at the same height", async ({ tab: { page, desk } }) => {
  const { number } = await activated(desk.owner);
  await page.goto(`/merchants/${desk.merchant.id}/api-keys/${number}`);
  const height = await heightOf(page, /^Accepted requests/);
  expect(height).toBeGreaterThan(40);
  expect(await heightOf(page, /^Refused requests/)).toBe(height);
});

test("a receipt says why its last accepted request is later than the deactivation, and only then", async ({
  tab: { page, desk },
}) => {
  const { id, number } = await activated(desk.owner);
  await lastAccepted(number, "now()");
  unwrap(await deactivateKey(desk.owner.member, { keyId: id, reason: "rotating" }, freshProof(desk.owner)));
  await page.goto(`/merchants/${desk.merchant.id}/api-keys/${number}`);
  const receipt = page.getByRole("region", { name: "Receipt of the deactivation" });
  await expect(receipt).toBeVisible();
  const explained = receipt.getByText("The last request was accepted after the deactivation was recorded");
  await expect(explained).toHaveCount(0);
  await lastAccepted(number, `(SELECT deactivated_at FROM api_keys WHERE number = ${number}) + interval '9 ms'`);
  await page.reload();
  await expect(explained).toBeVisible();
});

test("the addresses in use say which requests they count", async ({ tab: { page, desk } }) => {
  const { number } = await activated(desk.owner);
  await acceptedFrom(number, "45.33.32.7", 12);
  await page.goto(`/merchants/${desk.merchant.id}/api-keys/${number}`);
  await expect(page.getByRole("region", { name: "Addresses in use" })).toContainText(
    "Accepted requests, and those refused only because of their address.",
  );
});

test("a list of refusals has a column of actions only if one of them has an action", async ({
  tab: { page, desk },
}) => {
  const { number } = await activated(desk.owner, { allowedIps: ["45.33.32.7"] });
  await refused(number, "bad_header_signature", "45.33.32.7");
  await page.goto(`/merchants/${desk.merchant.id}/api-keys/${number}/refusals`);
  const action = page.getByRole("columnheader", { name: "Action" });
  await expect(page.getByRole("columnheader", { name: "Last" })).toBeVisible();
  await expect(action).toHaveCount(0);
  await refused(number, "ip_not_allowed", "198.51.99.77");
  await page.reload();
  await expect(action).toBeVisible();
});

test("refusals of a path and of a method have a filter of their own", async ({ tab: { page, desk } }) => {
  const { number } = await activated(desk.owner);
  for (const reason of ["not_found", "method_not_allowed", "bad_header_signature"])
    await refused(number, reason, "198.51.99.77");
  await page.goto(`/merchants/${desk.merchant.id}/api-keys/${number}/refusals`);
  await page.getByRole("link", { name: "Path", exact: true }).click();
  await expect(page.getByText("The signature does not match")).toHaveCount(0);
  await expect(page.getByText("Nothing is at this path")).toBeVisible();
  await expect(page.getByText("The path does not take this method")).toBeVisible();
});

test("an address with nothing but requests to wrong paths is in use, but none of those accepted or refused for their address", async ({
  tab: { page, desk },
}) => {
  const { number } = await activated(desk.owner);
  await acceptedFrom(number, "45.33.32.7", 12);
  await refused(number, "not_found", "198.51.99.77");
  await page.goto(`/merchants/${desk.merchant.id}/api-keys/${number}`);
  const addresses = page.getByRole("table", { name: "Addresses that sent requests" });
  await expect(addresses.getByRole("row").filter({ hasText: "45.33.32.7" })).toBeVisible();
  await expect(addresses.getByRole("row").filter({ hasText: "198.51.99.77" })).toHaveCount(0);
});

test("Generate API key is the main button only while no key is active", async ({ tab: keys }) => {
  const { page, desk } = keys;
  const fill = () =>
    page
      .getByRole("button", { name: "Generate API key" })
      .evaluate((button) => getComputedStyle(button).backgroundColor);
  await keys.open();
  const main = await fill();
  const { id } = await activated(desk.owner);
  await keys.open();
  const beside = await page
    .getByRole("button", { name: /^Rotate/ })
    .evaluate((each) => getComputedStyle(each).backgroundColor);
  expect(await fill()).toBe(beside);
  unwrap(await deactivateKey(desk.owner.member, { keyId: id, reason: "rotating" }, freshProof(desk.owner)));
  await keys.open();
  expect(await fill()).toBe(main);
});

test("Support reaches all refusals of a key from its history and from its page; there is nothing to allow, and each opening is one look", async ({
  page,
  desk: { owner },
}) => {
  const { number, secret } = await activated(owner, { allowedIps: ["45.33.32.7"] });
  for (const last of [1, 2, 3, 4]) await refused(number, "ip_not_allowed", `198.51.99.${last}`);
  const merchant = `/support/merchants/${owner.merchantId}`;
  await staffAt(page, merchant);
  await page.getByRole("link", { name: `See all refusals of key ${number}` }).click();
  await expect(page).toHaveURL(new RegExp(`/api-keys/${number}/refusals$`));
  await expect(page).toHaveTitle(new RegExp(`^Refused requests of key ${number} · `));
  const rows = page
    .getByRole("table", { name: /^Refusals/ })
    .locator("tbody")
    .getByRole("row");
  await expect(rows).toHaveCount(4);
  await expect(rows.first()).toContainText("Tell the merchant");
  await expect(page.getByRole("columnheader", { name: "Action" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Allow/ })).toHaveCount(0);
  expect(await page.content()).not.toContain(secret);
  await checkAccessibility(page, "Support's refusals of a key");
  expect(await countLooks(owner.merchantId)).toBe(2);
  await page.getByRole("link", { name: "Signature", exact: true }).click();
  await expect(page.getByText("None for this reason.")).toBeVisible();
  expect(await countLooks(owner.merchantId)).toBe(3);
  await page.getByRole("link", { name: `Key ${number}`, exact: true }).click();
  await page.getByRole("link", { name: "See all refusals", exact: true }).click();
  await expect(rows).toHaveCount(4);
});
