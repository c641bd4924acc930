import { activated, storedKey } from "../kit/people/api-keys";
import { checkAccessibility, test } from "./check-accessibility";
import { expect, type KeysTab } from "./fixtures";
import { listen } from "./screen-reader";
import { acceptedFrom } from "./usage";

/* Addresses in use that an edited list would refuse: named, counted, and added with one press. */

/** Opens the dialog of an active key that any address may use, and that these have used. */
async function edit(keys: KeysTab, used: string[]) {
  const key = await activated(keys.desk.owner);
  for (const source of used) await acceptedFrom(key.number, source, 12);
  await keys.open();
  await keys.press(/^Edit IP addresses/);
  return key;
}

const numbered = (count: number, network = "45.33.32") =>
  Array.from({ length: count }, (_, index) => `${network}.${index + 1}`);

const suggestion = (keys: KeysTab, address: string) =>
  keys.dialog.getByRole("button", { name: `Add ${address} (12 requests)`, exact: true });

test("which addresses of the last 7 days would be refused is shown and announced, until they are allowed", async ({
  tab: keys,
}) => {
  await edit(keys, ["45.33.32.7", "2600:1f18:40::/64"]);
  const { hears } = await listen(keys.page);
  const field = keys.dialog.getByLabel("IP addresses");
  const said = keys.dialog.getByRole("status").filter({ hasText: "Not allowed:" });
  await field.fill("45.33.32.7,");
  await hears("said: Not allowed: 1 network that sent requests in the last 7 days. 2600:1f18:40::/64 (12 requests)");
  await expect(said).toHaveCount(1);
  await checkAccessibility(keys.page, "addresses that would be refused");
  await field.fill("2600:1f18:40::/48,");
  await expect(keys.dialog.getByText(/^Not allowed: 1 network/)).toHaveCount(0);
  await expect(said).toHaveCount(0);
});

test("an address that an edited list would refuse is added to it with one press; it is said, and the focus goes on", async ({
  tab: keys,
}) => {
  const { id } = await edit(keys, ["45.33.32.7", "45.33.32.8"]);
  const { hears } = await listen(keys.page);
  const field = keys.dialog.getByLabel("IP addresses");
  await field.fill("198.51.99.7,");
  await suggestion(keys, "45.33.32.7").focus();
  await checkAccessibility(keys.page, "addresses to add");
  await keys.page.keyboard.press("Enter");
  await hears("said: 45.33.32.7 added to the list.");
  await hears("said: Not allowed: 1 address that sent requests");
  await expect(suggestion(keys, "45.33.32.8")).toBeFocused();
  await keys.page.keyboard.press("Space");
  await hears("said: 45.33.32.8 added to the list.");
  await expect(field).toBeFocused();
  await keys.confirm("Save");
  await expect(keys.dialog).toBeHidden();
  expect((await storedKey(id)).allowedIps).toEqual(["198.51.99.7", "45.33.32.7", "45.33.32.8"]);
});

test("an address that was added is heard, whatever is said after it, and no longer once it is removed", async ({
  tab: keys,
}) => {
  await edit(keys, numbered(3));
  await keys.dialog.getByLabel("IP addresses").fill("198.51.99.7,");
  const { hears, heard } = await listen(keys.page);
  await suggestion(keys, "45.33.32.1").click();
  await suggestion(keys, "45.33.32.2").click();
  await hears("said: 45.33.32.1 added to the list.");
  await hears("said: 45.33.32.2 added to the list.");
  expect((await heard()).filter((line) => line.includes("45.33.32.1 added"))).toHaveLength(1);
  const said = (address: string) =>
    keys.dialog.getByRole("status").filter({ hasText: `${address} added to the list.` });
  await expect(said("45.33.32.1")).toHaveCount(1);
  await expect(said("45.33.32.2")).toHaveCount(1);
  await keys.dialog.getByRole("button", { name: "Remove 45.33.32.1", exact: true }).click();
  await expect(said("45.33.32.1")).toHaveCount(0);
  await expect(said("45.33.32.2")).toHaveCount(1);
});

test("each suggestion says Add; after one is added, the next has the focus, even if it was not named before", async ({
  tab: keys,
}) => {
  await edit(keys, numbered(6));
  await keys.dialog.getByLabel("IP addresses").fill("198.51.99.7,");
  await expect(keys.dialog).toContainText("and 1 more");
  const fifth = keys.dialog.getByRole("button", { name: /^Add / }).nth(4);
  await expect(fifth.getByText(/^Add /)).toHaveCSS("position", "static");
  const others = await keys.dialog.getByRole("button", { name: /^Add / }).allTextContents();
  await fifth.press("Enter");
  const focused = keys.dialog.locator("button:focus");
  await expect(focused).toHaveText(/^Add 45\.33\.32\.\d \(12 requests\)$/);
  expect(others).not.toContain(await focused.textContent());
});

test("a full list takes no suggestion: the limit is shown and said, and the focus stays", async ({ tab: keys }) => {
  await edit(keys, numbered(2));
  await keys.dialog.getByLabel("IP addresses").fill(`${numbered(50, "198.51.99").join()},`);
  await expect(keys.dialog).toContainText("50 of 50");
  const { hears, heard } = await listen(keys.page);
  const button = suggestion(keys, "45.33.32.1");
  await expect(button).toHaveAccessibleDescription(/^A key takes at most 50 addresses\./);
  await button.press("Enter");
  await hears("said: A key takes at most 50 addresses.");
  await expect(button).toBeFocused();
  await button.press("Enter");
  const refusals = async () => (await heard()).filter((line) => line.startsWith("said: A key takes at most 50")).length;
  await expect.poll(refusals).toBe(2);
  await expect(keys.dialog).toContainText("50 of 50");
  await checkAccessibility(keys.page, "a full list of addresses");
  await keys.dialog.getByRole("button", { name: "Remove 198.51.99.50", exact: true }).click();
  await expect(keys.dialog.getByText(/at most 50 addresses/)).toHaveCount(0);
  await button.press("Enter");
  await expect(suggestion(keys, "45.33.32.2")).toBeFocused();
});

test("one statement says what saving changes, true for an empty list as well", async ({ tab: keys }) => {
  await edit(keys, ["45.33.32.7"]);
  const { hears } = await listen(keys.page);
  const field = keys.dialog.getByLabel("IP addresses");
  await expect(keys.dialog).toContainText("Your changes apply as soon as you save.");
  await expect(keys.dialog.getByText(/any other address/)).toHaveCount(0);
  await field.fill("198.51.99.7,");
  await expect(suggestion(keys, "45.33.32.7")).toBeVisible();
  await expect(keys.dialog.getByText(/any other address/)).toHaveCount(0);
  await suggestion(keys, "45.33.32.7").click();
  await hears("said: Requests from any other address will be refused.");
});

test("addresses that are not known one by one are mentioned while there is a list", async ({ tab: keys }) => {
  const { number } = await activated(keys.desk.owner);
  await acceptedFrom(number, "other", 912);
  await acceptedFrom(number, "45.33.32.7", 12);
  await keys.open();
  await keys.press(/^Edit IP addresses/);
  const { hears } = await listen(keys.page);
  await keys.dialog.getByLabel("IP addresses").fill("198.51.99.7,");
  await hears(/^said: Not allowed: 1 address .* 912 requests came from many other addresses\.$/);
  await suggestion(keys, "45.33.32.7").click();
  await hears("said: Perhaps not allowed: many addresses that sent requests in the last 7 days.");
  await keys.dialog.getByRole("button", { name: "Remove 198.51.99.7" }).click();
  await keys.dialog.getByRole("button", { name: "Remove 45.33.32.7" }).click();
  await expect(keys.dialog.getByRole("status").filter({ hasText: "Perhaps" })).toHaveCount(0);
});
