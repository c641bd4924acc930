import { activated, generated } from "../kit/people/api-keys";
import { expect, type KeysTab, test } from "./fixtures";
import { rotating } from "./rotating";

/* Where the focus is after a dialog: never on another action than the one that opened it. */

const heading = ({ page }: KeysTab) => page.getByRole("heading", { level: 1 });
const nameOf = (keys: KeysTab, number: number) => keys.page.getByRole("link", { name: String(number), exact: true });

async function deactivate(keys: KeysTab): Promise<void> {
  await keys.press(/^Deactivate/);
  await keys.dialog.getByRole("radio", { name: "Replacing it" }).check();
  await keys.confirm("Deactivate");
  await keys.dialog.getByRole("button", { name: "Done" }).click();
  await expect(keys.dialog).toBeHidden();
}

test("after a deactivation on the key's page the focus is on its heading, not on Retire", async ({ tab: keys }) => {
  const { number } = await activated(keys.desk.owner);
  await keys.page.goto(`/merchants/${keys.desk.merchant.id}/api-keys/${number}`);
  await deactivate(keys);
  await expect(keys.page.getByRole("button", { name: "Retire" })).toBeVisible();
  await expect(heading(keys)).toBeFocused();
});

test("after a deactivation in the list the focus is on the key's name", async ({ tab: keys }) => {
  const { number } = await activated(keys.desk.owner);
  await keys.open();
  await deactivate(keys);
  await expect(keys.page.getByRole("button", { name: `Activate key ${number}` })).toBeVisible();
  await expect(nameOf(keys, number)).toBeFocused();
});

test("after a take-over in the list the focus is on the name of the new key", async ({ tab: keys }) => {
  const { next } = await rotating(keys.desk);
  await keys.open();
  await keys.press(/^Take over now/);
  await keys.confirm("Take over now");
  await keys.dialog.getByRole("button", { name: "Done" }).click();
  await expect(keys.page.getByRole("button", { name: `Deactivate key ${next.number}` })).toBeVisible();
  await expect(nameOf(keys, next.number)).toBeFocused();
});

test("a dialog that a menu opened returns the focus to the menu's button; after Retire it is on the heading", async ({
  tab: keys,
}) => {
  const { number } = await generated(keys.desk.owner);
  await keys.open();
  const menu = keys.page.getByRole("button", { name: `More for key ${number}` });
  await menu.click();
  await keys.page.getByRole("menuitem", { name: "Retire" }).click();
  await expect(keys.dialog).toBeVisible();
  await keys.page.keyboard.press("Escape");
  await expect(keys.dialog).toBeHidden();
  await expect(menu).toBeFocused();
  await menu.click();
  await keys.page.getByRole("menuitem", { name: "Retire" }).click();
  await keys.dialog.getByRole("radio", { name: "No longer wanted" }).check();
  await keys.confirm("Retire");
  await expect(menu).toHaveCount(0);
  await expect(heading(keys)).toBeFocused();
});
