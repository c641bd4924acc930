import { expireRotations } from "@/lib/worker/jobs/rotations";
import { rotationOver, storedKey } from "../kit/people/api-keys";
import { expect, type KeysTab, test } from "./fixtures";
import { ADDRESSES, activeKey, rotating } from "./rotating";
import { listen } from "./screen-reader";
import { signed } from "./signed";

/** Waits for the dialog that reveals the new pair, and reads the pair from it. */
async function pairIn(keys: KeysTab): Promise<{ number: number; key: string; secret: string }> {
  const shown = keys.page.getByRole("dialog", { name: /^Key \d+ is on standby/ });
  const secret = (await shown.getByLabel("Secret key", { exact: true }).textContent()) ?? "";
  const key = (await shown.locator("[data-kind=key]").textContent()) ?? "";
  const number = Number(/Key (\d+) is on standby/.exec((await shown.textContent()) ?? "")?.[1]);
  return { number, key, secret };
}

async function rotate(
  keys: KeysTab,
  moment = "With the first request",
): Promise<{ number: number; key: string; secret: string }> {
  await keys.press(/^Rotate key/);
  await keys.dialog.getByRole("radio", { name: moment }).check();
  await keys.confirm("Rotate");
  const pair = await pairIn(keys);
  await keys.done();
  return pair;
}

const accepted = { status: 200 };
const notActive = { status: 403, body: expect.stringContaining("bad_header_key") };

test("after Rotate the old key works until the first request with the new pair, and the page says what happened to it", async ({
  tab: keys,
}) => {
  const old = await activeKey(keys.desk, ["45.33.32.7"]);
  const { key: oldKey } = await storedKey(old.id);
  await keys.open();
  await keys.press(/^Rotate key/);
  await expect(keys.dialog).toContainText(`Rotate key ${old.number}`);
  await expect(keys.dialog.getByText("45.33.32.7")).toBeVisible();
  await expect(
    keys.dialog.getByRole("radio", { name: "With the first request signed with the new pair" }),
  ).toBeChecked();
  await keys.confirm("Rotate");
  const pair = await pairIn(keys);
  expect(pair.secret).toMatch(/^[A-Za-z0-9]{64}$/);
  await keys.done();

  const panel = keys.page.getByRole("region", { name: `Rotation of key ${old.number}` });
  await expect(panel).toContainText("Deploy the new pair");
  await expect(panel).toContainText(keys.desk.owner.email);
  await expect(keys.row(pair)).toContainText("Standby");
  await expect(keys.row(old)).toContainText("Active");
  await expect(keys.page.locator("body")).not.toContainText(pair.secret);
  expect(await signed({ key: oldKey, secret: old.secret, from: "45.33.32.7" })).toMatchObject(accepted);
  expect((await signed({ ...pair, from: "45.33.32.8" })).status).toBe(403);
  expect((await storedKey(old.id)).status).toBe("active");

  expect(await signed({ ...pair, from: "45.33.32.7" })).toMatchObject(accepted);
  await expect.poll(() => signed({ key: oldKey, secret: old.secret, from: "45.33.32.7" })).toMatchObject(notActive);
  const { hears } = await listen(keys.page);
  await keys.page.evaluate(() => dispatchEvent(new Event("focus")));
  await expect(keys.row(pair)).toContainText("Active");
  await expect(keys.page.getByText(`Key ${pair.number} took over at`)).toContainText(
    "with a signed request from 45.33.32.7",
  );
  await hears(`Key ${pair.number} took over at`);
  await expect(panel).toHaveCount(0);
  await expect(
    keys.page.getByText(new RegExp(`Key ${old.number} is refused by all gateways, confirmed at`)),
  ).toBeVisible({
    timeout: 60_000,
  });
  await keys.page.getByRole("button", { name: "Close" }).click();
  await expect(keys.page.getByText(`Key ${pair.number} took over at`)).toHaveCount(0);
  await expect(keys.page.getByRole("heading", { name: "API keys", exact: true })).toBeFocused();
  await keys.page.reload();
  await expect(keys.row(pair)).toContainText("Active");
  await expect(keys.page.getByText(`Key ${pair.number} took over at`)).toHaveCount(0);
});

test("in a manual rotation the new key is refused until the Owner takes over, and the old key from then on", async ({
  tab: keys,
}) => {
  const old = await activeKey(keys.desk);
  const { key: oldKey } = await storedKey(old.id);
  await keys.open();
  const pair = await rotate(keys, "When I say so");
  await expect(keys.page.getByText(`Key ${pair.number} takes over when you say so.`)).toBeVisible();
  expect(await signed(pair)).toMatchObject(notActive);
  expect(await signed({ key: oldKey, secret: old.secret })).toMatchObject(accepted);
  await keys.page.getByRole("button", { name: "Take over now" }).click();
  const { hears } = await listen(keys.page);
  await keys.confirm("Take over now");
  await expect(keys.dialog).toContainText(`Key ${pair.number} took over`);
  await expect(keys.dialog).toContainText(`Every gateway now refuses key ${old.number}.`);
  await expect(keys.dialog.getByRole("listitem").first()).toContainText(`Key ${pair.number} took over`);
  await hears(/^focus: Key \d+ took over/);
  expect(await signed({ key: oldKey, secret: old.secret })).toMatchObject(notActive);
  expect(await signed(pair)).toMatchObject(accepted);
  await keys.close();
  await expect(keys.row(pair)).toContainText("Active");
  await expect(keys.row(old)).toContainText("Inactive");
});

test("the rotation panel counts the addresses that tried the key on standby", async ({ tab: keys }) => {
  const { old, next } = await rotating(keys.desk, "manual");
  await signed({ ...next, from: "45.33.32.7" });
  await signed({ ...next, from: "45.33.32.8" });
  const panel = keys.page.getByRole("region", { name: `Rotation of key ${old.number}` });
  await expect(async () => {
    await keys.open();
    await expect(panel).toContainText(`2 addresses have tried key ${next.number}.`, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
});

test("a cancelled rotation leaves the active key active, and the focus is not lost", async ({ tab: keys }) => {
  const { old, next } = await rotating(keys.desk);
  await keys.open();
  await keys.page.getByRole("button", { name: "Cancel rotation" }).click();
  await expect(keys.dialog).toContainText(`Key ${old.number} stays active`);
  await keys.dialog.getByRole("button", { name: "Keep rotating" }).click();
  await expect(keys.dialog).toBeHidden();
  await expect(keys.page.getByRole("button", { name: "Cancel rotation" })).toBeFocused();
  const { hears } = await listen(keys.page);
  await keys.page.getByRole("button", { name: "Cancel rotation" }).click();
  await keys.confirm("Cancel rotation");
  await hears("said: Rotation cancelled");
  await expect(keys.row(next)).toHaveCount(0);
  await expect(keys.row(old)).toContainText("Active");
  await expect(keys.page.getByRole("button", { name: `Rotate key ${old.number}` })).toBeVisible();
  await expect(keys.page.getByRole("heading", { level: 1 })).toBeFocused();
  expect(await storedKey(next.id)).toMatchObject({ status: "retired" });
});

test("the row of the key on standby offers Take over, Edit IP addresses and Cancel rotation", async ({ tab: keys }) => {
  const { next } = await rotating(keys.desk, "first_request", ADDRESSES);
  await keys.open();
  await keys.press(/^More for key/);
  await expect(keys.page.getByRole("menuitem")).toHaveText([/^Edit IP addresses/, /^Cancel rotation/]);
  await keys.page.getByRole("menuitem", { name: "Edit IP addresses" }).click();
  await expect(keys.dialog).toContainText("the key takes over from these addresses only");
  await keys.page.keyboard.press("Escape");
  await keys.press(new RegExp(`^Take over now with key ${next.number}`));
  await expect(keys.dialog).toContainText(`Take over with key ${next.number}`);
});

test("an expired rotation shows a note, from which a new one can be started", async ({ tab: keys }) => {
  const { old, next } = await rotating(keys.desk);
  await rotationOver(next.id);
  await expireRotations();
  await keys.open();
  await expect(keys.page.getByText(/^The rotation ended on/)).toBeVisible();
  await expect(keys.page.getByText(`No request was signed with key ${next.number} within 7 days`)).toContainText(
    `Nothing changed for key ${old.number}.`,
  );
  await expect(keys.row(next)).toContainText("Inactive");
  await keys.page.getByRole("button", { name: "Rotate again" }).click();
  await expect(keys.dialog).toContainText(`Rotate key ${old.number}`);
});

test("one 2FA code both deactivates a key and lets the key on standby take over", async ({ tab: keys }) => {
  const { old, next } = await rotating(keys.desk);
  await keys.open();
  await keys.press(/^Deactivate/);
  await keys.dialog.getByRole("radio", { name: "Secret compromised" }).check();
  await expect(keys.dialog.getByRole("radio", { name: "Take over now" })).toBeChecked();
  await keys.confirm("Deactivate");
  await expect(keys.dialog).toContainText(`Key ${old.number} is deactivated`);
  await keys.close();
  await expect(keys.row(next)).toContainText("Active");
  expect(await signed({ ...next })).toMatchObject(accepted);
});

test("deactivating only the active key leaves the other on standby, and the page offers to take over", async ({
  tab: keys,
}) => {
  const { old, next } = await rotating(keys.desk);
  await keys.open();
  await keys.press(/^Deactivate/);
  await keys.dialog.getByRole("radio", { name: "Other" }).check();
  await keys.dialog.getByRole("radio", { name: "Leave it on standby" }).check();
  await expect(keys.dialog).toContainText(`No key is active until you take over with key ${next.number}.`);
  await keys.confirm("Deactivate");
  await expect(keys.dialog).toContainText(`Key ${old.number} is deactivated`);
  await keys.close();
  expect(await signed({ ...next })).toMatchObject(notActive);
  await expect(keys.page.getByText(`Take over with key ${next.number} to accept requests.`)).toBeVisible();
  await keys.page.getByRole("button", { name: "Take over now" }).click();
  await keys.confirm("Take over now");
  await expect(keys.dialog).toContainText(`Key ${next.number} took over`);
  expect(await signed({ ...next })).toMatchObject(accepted);
});

test("a rotation whose reply is lost is requested again, and the dialog shows the pair that it has already made", async ({
  tab: keys,
}) => {
  const old = await activeKey(keys.desk);
  await keys.open();
  await keys.press(/^Rotate key/);
  await keys.page.route("**/api-keys", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch();
    await route.abort("connectionreset");
    await keys.page.unroute("**/api-keys");
  });
  await keys.confirm("Rotate");
  const pair = await pairIn(keys);
  await keys.done();
  expect(await signed(pair)).toMatchObject(accepted);
  expect((await storedKey(old.id)).status).toBe("inactive");
});

test("cancelling a rotation that has expired meanwhile is refused, and the dialog offers to reload", async ({
  tab: keys,
}) => {
  const { next } = await rotating(keys.desk);
  await keys.open();
  await keys.page.getByRole("button", { name: "Cancel rotation" }).click();
  await rotationOver(next.id);
  await expireRotations();
  await keys.confirm("Cancel rotation");
  await expect(keys.dialog).toContainText(`Key ${next.number} is not on standby. Reload the list to see its state.`);
  await expect(keys.dialog.getByRole("button", { name: "Reload" })).toBeFocused();
});
