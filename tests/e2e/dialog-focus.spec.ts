import type { Locator } from "@playwright/test";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { activated, freshProof, generated, unwrap } from "../kit/people/api-keys";
import { mintSession } from "../kit/people/session";
import { expect, type KeysTab, test } from "./fixtures";
import { ADDRESSES, activeKey, rotating } from "./rotating";

/*
 * Where the focus goes when a dialog closes: to the control that opened it, but not to another
 * action that has taken that control's place. Enter, pressed once more, must not begin that one.
 */

const title = ({ page }: KeysTab) => page.getByRole("heading", { level: 1 });

/** The actions of the key's page, also while a dialog hides them from the accessibility tree. */
const actions = ({ page }: KeysTab): Locator => page.locator("[data-actions] button");

const openKey = ({ page, desk }: KeysTab, { number }: { number: number }) =>
  page.goto(`/merchants/${desk.merchant.id}/api-keys/${number}`);

async function deactivate(keys: KeysTab, reason = "Other"): Promise<void> {
  await keys.press(/^Deactivate/);
  await keys.dialog.getByRole("radio", { name: reason }).check();
  await keys.confirm("Deactivate");
  await expect(keys.dialog).toContainText("is deactivated");
}

test.describe("on a key's page the title has the focus", () => {
  test("after a deactivation, where Retire takes the place of Deactivate", async ({ tab: keys }) => {
    await openKey(keys, await activeKey(keys.desk));
    await deactivate(keys);
    await expect(actions(keys)).toHaveText(["Activate", "Retire"]);
    await keys.close();
    await expect(title(keys)).toBeFocused();
  });

  test("after an activation, where Rotate takes the place of Activate", async ({ tab: keys }) => {
    const { owner } = keys.desk;
    const key = await activated(owner);
    unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "other" }, freshProof(owner)));
    await openKey(keys, key);
    await keys.press(/^Activate/);
    await keys.confirm("Activate");
    await expect(actions(keys)).toHaveText(["Rotate", "Deactivate"]);
    await keys.close();
    await expect(title(keys)).toBeFocused();
  });

  test("after a rotation, where only Deactivate is left", async ({ tab: keys }) => {
    await openKey(keys, await activeKey(keys.desk));
    await keys.press(/^Rotate/);
    await keys.confirm("Rotate");
    await expect(actions(keys)).toHaveText(["Deactivate"]);
    await keys.done();
    await expect(title(keys)).toBeFocused();
  });

  test("after a take-over, where Rotate takes the place of Take over now", async ({ tab: keys }) => {
    await openKey(keys, (await rotating(keys.desk)).next);
    await keys.press(/^Take over now/);
    await keys.confirm("Take over now");
    await expect(actions(keys)).toHaveText(["Rotate", "Deactivate"]);
    await keys.close();
    await expect(title(keys)).toBeFocused();
  });

  test("after it is retired; and after Cancel the button that opened the dialog has it", async ({ tab: keys }) => {
    await openKey(keys, await generated(keys.desk.owner));
    const retire = keys.page.getByRole("button", { name: "Retire", exact: true });
    await retire.click();
    await keys.dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(retire).toBeFocused();
    await retire.click();
    await keys.dialog.getByRole("radio", { name: "No longer wanted" }).check();
    await keys.confirm("Retire");
    await expect(actions(keys)).toHaveCount(0);
    await expect(title(keys)).toBeFocused();
  });
});

test.describe("in the list", () => {
  const linkOf = (keys: KeysTab, key: { number: number }) =>
    keys.page.getByRole("link", { name: String(key.number), exact: true });

  test("after a deactivation with a take-over the focus is on the key's ID", async ({ tab: keys }) => {
    const { old, next } = await rotating(keys.desk);
    await keys.open();
    await deactivate(keys);
    await expect(keys.page.locator(`#key-${next.number}`)).toHaveAttribute("data-state", "active");
    await keys.close();
    await expect(linkOf(keys, old)).toBeFocused();
  });

  test("after an activation the focus is on the key's ID", async ({ ready: keys }) => {
    await keys.activate();
    await expect(keys.page.locator("[id^=key-][data-state=active]")).toHaveCount(1);
    await keys.done();
    await expect(keys.page.locator("[id^=key-]").getByRole("link")).toBeFocused();
  });

  test("a dialog that a menu or a popover opened returns the focus to the button that opened these", async ({
    tab: keys,
  }) => {
    const { number } = await generated(keys.desk.owner);
    await activeKey(keys.desk, ADDRESSES);
    await keys.open();
    await keys.press(/^More/);
    await keys.page.getByRole("menuitem", { name: "Retire" }).click();
    await keys.dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(keys.page.getByRole("button", { name: `More for key ${number}` })).toBeFocused();
    await keys.press(/^and 1 other/);
    await keys.page.getByRole("button", { name: "Edit", exact: true }).click();
    await expect(keys.dialog.getByLabel("2FA code")).toBeVisible();
    await keys.page.keyboard.press("Escape");
    await expect(keys.page.getByRole("button", { name: /^and 1 other/ })).toBeFocused();
  });
});

test("after a session is ended, and its row is gone, the title of Account has the focus", async ({ tab: keys }) => {
  await mintSession(keys.desk.owner);
  await keys.page.goto("/account");
  const ends = keys.page.getByRole("button", { name: /^End session/ });
  await expect(ends).toHaveCount(2);
  await ends.first().click();
  await keys.dialog.getByRole("button", { name: "End", exact: true }).click();
  await expect(ends).toHaveCount(1);
  await expect(title(keys)).toBeFocused();
});
