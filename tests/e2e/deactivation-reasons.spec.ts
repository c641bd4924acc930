import { activated } from "../kit/people/api-keys";
import { checkAccessibility, test } from "./check-accessibility";
import { expect } from "./fixtures";
import { ADDRESSES, activeKey, rotating } from "./rotating";

/* "Replacing it" and "Other" stop a key alike: what differs is what the dialog proposes. */

test('"Replacing it" proposes a rotation, which keeps requests accepted, and leads to it; "Other" does not', async ({
  tab: keys,
}) => {
  const { number } = await activeKey(keys.desk, ADDRESSES);
  await keys.open();
  await keys.press(/^Deactivate/);
  const rotate = keys.dialog.getByRole("button", { name: "Rotate instead" });
  await expect(keys.dialog).toContainText("All Owners see the reason, in Activity and in the email about it.");
  await expect(keys.dialog.getByRole("radio", { name: "Replacing it" })).toHaveAccessibleDescription(
    "Becomes inactive. You can activate it again with the same secret key.",
  );
  await keys.dialog.getByRole("radio", { name: "Other" }).check();
  await expect(rotate).toHaveCount(0);
  await keys.dialog.getByRole("radio", { name: "Replacing it" }).check();
  await expect(keys.dialog).toContainText(`Key ${number} works until its new pair takes over.`);
  await checkAccessibility(keys.page, "deactivate, being replaced");
  await rotate.click();
  await expect(keys.page.getByRole("dialog", { name: `Rotate key ${number}` })).toBeVisible();
  await expect(keys.dialog).toContainText(ADDRESSES[0] as string);
});

test("the reason that was chosen is in Activity", async ({ tab: keys }) => {
  const { number } = await activated(keys.desk.owner);
  await keys.open();
  await keys.press(/^Deactivate/);
  await keys.dialog.getByRole("radio", { name: "Other" }).check();
  await keys.confirm("Deactivate");
  await expect(keys.dialog).toContainText(`Key ${number} is deactivated`);
  await keys.page.goto(`/merchants/${keys.desk.merchant.id}/activity`);
  await expect(keys.page.getByText("deactivated: other reason")).toBeVisible();
});

test("with a key on standby, no second rotation is proposed", async ({ tab: keys }) => {
  await rotating(keys.desk);
  await keys.open();
  await keys.press(/^Deactivate/);
  await keys.dialog.getByRole("radio", { name: "Replacing it" }).check();
  await expect(keys.dialog.getByRole("button", { name: "Rotate instead" })).toHaveCount(0);
});
