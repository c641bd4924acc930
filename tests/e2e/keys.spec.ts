import type { Page } from "@playwright/test";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { db } from "@/lib/platform/db/db";
import { activated, asDatabaseOwner, freshProof, generated, storedKey, unwrap } from "../kit/people/api-keys";
import type { Owner } from "../kit/people/people";
import { wrongCodeOf } from "../kit/people/totp";
import { expect, test } from "./fixtures";
import { accepted, signed } from "./signed";

/** An active key, created without the dialogs. */
async function activePair(owner: Owner, allowedIps: string[] = []) {
  const { id, number, secret } = await activated(owner, { allowedIps });
  return { id, number, secret, key: (await storedKey(id)).key };
}

test.describe("generate", () => {
  test("a wrong code is refused under its field, and nothing is generated", async ({ keys }) => {
    await keys.page.getByRole("button", { name: "Generate API key" }).first().click();
    await keys.confirm("Generate", wrongCodeOf(keys.desk.owner));
    await expect(keys.dialog).toContainText("That code did not match. Check it, or enter the next one.");
    await expect(keys.dialog.getByLabel("2FA code")).toBeFocused();
    await keys.page.keyboard.press("Escape");
    await keys.open();
    await expect(keys.page.locator("[data-kind=key]")).toHaveCount(0);
  });

  test("a used code is refused with the time until the next one", async ({ keys }) => {
    const code = await keys.code();
    await keys.page.getByRole("button", { name: "Generate API key" }).first().click();
    await keys.confirm("Generate", code);
    await expect(keys.dialog).toBeHidden();
    await keys.page.getByRole("button", { name: "Generate API key" }).first().click();
    await keys.confirm("Generate", code);
    await expect(keys.dialog).toContainText(/You already used this code\. Next code in \d+ s/);
  });

  test("the new key appears in the list without a reload, and all its actions work by keyboard", async ({ keys }) => {
    await keys.page.evaluate(() => Object.assign(window, { stayed: true }));
    const open = keys.page.getByRole("button", { name: "Generate API key" }).first();
    await open.focus();
    await keys.page.keyboard.press("Enter");
    await expect(keys.dialog.getByLabel("2FA code")).toBeFocused();
    await keys.page.keyboard.type(await keys.code());
    await keys.page.keyboard.press("Enter");
    await expect(keys.dialog).toBeHidden();
    await expect(keys.page.locator("[data-kind=key]")).toHaveCount(1);
    expect(await keys.page.evaluate(() => "stayed" in window)).toBe(true);
  });
});

test.describe("a key in the list", () => {
  for (const clicks of [1, 2, 3]) {
    test(`${clicks} clicks select exactly the key`, async ({ tab: keys }) => {
      const { id } = await activated(keys.desk.owner);
      await keys.open();
      await keys.page.locator("[data-kind=key]").first().click({ clickCount: clicks });
      expect(await keys.page.evaluate(() => getSelection()?.toString())).toBe((await storedKey(id)).key);
    });
  }
});

test.describe("activate", () => {
  test("an invalid address is refused beside the field, and the dialog keeps the input", async ({ tab: keys }) => {
    await generated(keys.desk.owner);
    await keys.open();
    await keys.press(/^Activate/);
    const entry = keys.dialog.getByLabel("IP addresses");
    await entry.fill("45.33.32.7, 198.51.100.300; 10.0.0.5");
    await entry.press("Enter");
    await expect(keys.dialog).toContainText("198.51.100.300 is not an IPv4 or IPv6 address. Correct it or remove it.");
    await keys.confirm("Activate");
    await expect(keys.dialog).toContainText("198.51.100.300");
    await expect(keys.dialog).toContainText("45.33.32.7");
    await expect(keys.page.getByRole("dialog", { name: "API key activated" })).toHaveCount(0);
  });

  test("closing with unsaved addresses asks first and keeps them", async ({ tab: keys }) => {
    await generated(keys.desk.owner);
    await keys.open();
    await keys.press(/^Activate/);
    await keys.dialog.getByLabel("IP addresses").fill("45.33.32.0 - 45.33.32.255,");
    await keys.page.keyboard.press("Escape");
    await expect(keys.dialog.getByRole("status").filter({ hasText: "Discard the changed addresses?" })).toBeAttached();
    await expect(keys.dialog.getByRole("button", { name: "Keep editing" })).toBeFocused();
    await keys.page.keyboard.press("Enter");
    await expect(keys.dialog).toContainText("45.33.32.0/24");
    await keys.dialog.getByRole("button", { name: "Cancel" }).click();
    await keys.dialog.getByRole("button", { name: "Discard" }).click();
    await expect(keys.dialog).toBeHidden();
  });

  test("a list of fifty addresses scrolls in its box, its main button stays visible, and the count is shown", async ({
    tab: keys,
  }) => {
    await generated(keys.desk.owner);
    await keys.open();
    await keys.press(/^Activate/);
    const fifty = Array.from({ length: 50 }, (_, index) => `45.33.32.${2 * index}`).join();
    await keys.dialog.getByLabel("IP addresses").fill(`${fifty},`);
    await expect(keys.dialog).toContainText("50 of 50");
    await expect(keys.dialog.getByRole("button", { name: "Activate", exact: true })).toBeInViewport({ ratio: 1 });
    await expect(keys.dialog.getByLabel("IP addresses")).toBeInViewport();
  });

  test("the dialog that activates a key again starts with the code field", async ({ tab: keys }) => {
    const { id } = await activated(keys.desk.owner);
    unwrap(await deactivateKey(keys.desk.owner.member, { keyId: id, reason: "rotating" }, freshProof(keys.desk.owner)));
    await keys.open();
    await keys.press(/^Activate/);
    await expect(keys.dialog.getByLabel("2FA code")).toBeFocused();
  });

  test("while a key is active, Activate is disabled on every other row with the reason", async ({ tab: keys }) => {
    await generated(keys.desk.owner);
    await activated(keys.desk.owner);
    await keys.open();
    const blocked = keys.page.getByRole("button", { name: /^Activate/ });
    await expect(blocked).toHaveCount(1);
    await expect(blocked).toHaveAttribute("aria-disabled", "true");
    await expect(blocked).toHaveAccessibleDescription(/is active/);
    await blocked.click({ force: true });
    await expect(keys.dialog).toHaveCount(0);
  });

  test("a key with addresses accepts requests from them and refuses others, and the list shows the first and how many others", async ({
    tab: keys,
  }) => {
    const { number } = await generated(keys.desk.owner);
    await keys.open();
    const pair = await keys.activate("45.33.32.7, 2600:1f18:40::/48");
    await keys.done();
    await expect(keys.page.getByRole("row").filter({ hasText: "45.33.32.7" })).toContainText("and 1 other");
    await accepted({ ...pair, from: "45.33.32.7" });
    const refused = await signed({ ...pair, from: "45.33.32.8" });
    expect(refused).toEqual({ status: 403, body: '{"error":"IP address not allowed","code":"ip_not_allowed"}' });
    const written =
      "SELECT 1 FROM key_last_used WHERE key_number = $1 AND EXISTS (SELECT FROM refusals WHERE key_number = $1)";
    await expect.poll(() => asDatabaseOwner(written, [number])).toHaveLength(1);
    await keys.page.reload();
    await expect(keys.page.getByText("from 45.33.32.7", { exact: true })).toBeVisible();
    await keys.page.getByText(/^last refused/).click();
    await expect(keys.page.getByText("from 45.33.32.8")).toBeVisible();
    await expect(keys.page.getByText("The address is not allowed", { exact: true })).toBeVisible();
  });

  test("activating a key again shows no secret and says why, and its requests are accepted again", async ({
    tab: keys,
  }) => {
    const pair = await activePair(keys.desk.owner);
    unwrap(
      await deactivateKey(keys.desk.owner.member, { keyId: pair.id, reason: "rotating" }, freshProof(keys.desk.owner)),
    );
    expect((await signed(pair)).status).toBe(403);
    await keys.open();
    await keys.press(/^Activate/);
    await keys.confirm("Activate");
    const dialog = keys.page.getByRole("dialog", { name: "API key activated" });
    await expect(dialog).toContainText("first activation");
    await expect(dialog.getByLabel("Secret key", { exact: true })).toHaveCount(0);
    await accepted(pair);
  });
});

test.describe("a page that another version of the dashboard made", () => {
  /** Such a page names actions that the server does not have. */
  const outdate = (page: Page) =>
    page.route("**/*", (route) => {
      const headers = route.request().headers();
      return route.continue({
        headers: "next-action" in headers ? { ...headers, "next-action": `40${"0".repeat(40)}` } : headers,
      });
    });

  test("says that nothing was changed, and its button loads the page anew, where the same works", async ({ keys }) => {
    await outdate(keys.page);
    await keys.page.getByRole("button", { name: "Generate API key" }).first().click();
    await keys.confirm("Generate");
    await expect(keys.dialog).toContainText(
      "Countersign was updated since this page was loaded, and nothing was changed. Reload the page and try again.",
    );
    await keys.page.unrouteAll();
    await keys.dialog.getByRole("button", { name: "Reload" }).click();
    await expect(keys.dialog).toHaveCount(0);
    await expect(keys.page.locator("[data-kind=key]")).toHaveCount(0);
    await keys.generate();
    await expect(keys.page.locator("[data-kind=key]")).toHaveCount(1);
  });

  test("activates the key through the fetch route, which every version has, and shows the secret", async ({
    tab: keys,
  }) => {
    await generated(keys.desk.owner);
    await keys.open();
    await outdate(keys.page);
    const pair = await keys.activate();
    expect(pair.secret).toMatch(/^[A-Za-z0-9]{64}$/);
    await accepted(pair);
  });
});

test.describe("edit IP addresses", () => {
  test("a removed address is refused from the moment the page says so", async ({ tab: keys }) => {
    const pair = await activePair(keys.desk.owner, ["45.33.32.7", "45.33.32.8"]);
    await keys.open();
    await accepted({ ...pair, from: "45.33.32.8" });
    await keys.press(/^Edit IP addresses/);
    await keys.dialog.getByRole("button", { name: "Remove 45.33.32.8" }).click();
    await keys.confirm("Save");
    await expect(keys.dialog).toBeHidden();
    expect((await signed({ ...pair, from: "45.33.32.8" })).status).toBe(403);
    expect((await signed({ ...pair, from: "45.33.32.7" })).status).toBe(200);
  });
});

test.describe("deactivate and retire", () => {
  test("a compromised secret retires the key for good: the dialog says so first, and how to reach Support", async ({
    tab: keys,
  }) => {
    const pair = await activePair(keys.desk.owner);
    await accepted(pair);
    await keys.open();
    await keys.press(/^Deactivate/);
    await keys.dialog.getByRole("radio", { name: "Secret compromised" }).check();
    await expect(keys.dialog).toContainText(/retire/i);
    await expect(keys.dialog).toContainText("support@countersign.example");
    await keys.confirm("Deactivate");
    await expect(keys.dialog).toContainText("It is retired permanently.");
    expect((await signed(pair)).status).toBe(403);
    await keys.open();
    await expect(keys.page.getByRole("button", { name: /^Activate/ })).toHaveCount(0);
  });

  test("a deactivation whose COMMIT came with a warning is not reported as done; a repeat completes it", async ({
    tab: keys,
  }) => {
    const { id } = await activated(keys.desk.owner);
    // Like a cancelled wait for a standby: the COMMIT succeeds, with a warning.
    const name = `warn_${id.slice(0, 8)}`;
    await asDatabaseOwner(`
      CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'canceling wait'; RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER ${name} AFTER UPDATE ON api_keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (NEW.id = '${id}') EXECUTE FUNCTION ${name}()`);
    await keys.open();
    await keys.press(/^Deactivate/);
    await keys.dialog.getByRole("radio", { name: "Replacing it" }).check();
    await keys.confirm("Deactivate");
    await expect(keys.dialog.getByRole("status")).toContainText("no standby confirmed it");
    await asDatabaseOwner(`DROP FUNCTION ${name} CASCADE`);
    await keys.confirm("Deactivate");
    await expect(keys.dialog).toContainText("is deactivated");
  });

  test("an inactive key is retired with a reason and leaves the list", async ({ tab: keys }) => {
    await generated(keys.desk.owner);
    await keys.open();
    await keys.press(/^More/);
    await keys.page.getByRole("menuitem", { name: "Retire" }).click();
    await keys.dialog.getByRole("radio", { name: "No longer wanted" }).check();
    await keys.confirm("Retire");
    await expect(keys.dialog).toBeHidden();
    await expect(keys.page.getByText(/^Key \d+ retired$/)).toBeVisible();
    await keys.open();
    await expect(keys.page.getByRole("button", { name: /^Activate/ })).toHaveCount(0);
  });

  test("while 2FA is locked, Generate says until when, and Deactivate accepts the password", async ({ tab: keys }) => {
    const pair = await activePair(keys.desk.owner);
    await accepted(pair);
    await keys.open();
    const lock = { failures: 5, lockedUntil: new Date(Date.now() + 20 * 60_000) };
    const { userId } = keys.desk.owner;
    await db().codeAttempt.upsert({
      where: { userId_purpose: { userId, purpose: "step_up" } },
      create: { userId, purpose: "step_up", ...lock },
      update: lock,
      select: { userId: true },
    });
    await keys.page.getByRole("button", { name: "Generate API key" }).first().click();
    await expect(keys.dialog.getByLabel("2FA code")).toBeVisible();
    await keys.confirm("Generate");
    await expect(keys.dialog).toContainText(/2FA codes are locked until \d\d:\d\d UTC\./);
    await expect(keys.dialog.getByRole("status").filter({ hasText: "Too many codes were wrong." })).toBeAttached();
    await keys.page.keyboard.press("Escape");
    await expect(keys.dialog).toHaveCount(0);
    await keys.open();
    await keys.press(/^Deactivate/);
    await keys.dialog.getByRole("radio", { name: "Replacing it" }).check();
    await keys.dialog.getByLabel("Password").fill("not the password");
    await keys.dialog.getByRole("button", { name: "Deactivate", exact: true }).click();
    await expect(keys.dialog).toContainText("That password did not match.");
    await keys.dialog.getByLabel("Password").fill(keys.desk.owner.password);
    await keys.dialog.getByRole("button", { name: "Deactivate", exact: true }).click();
    await expect(keys.dialog.getByLabel("Password")).toHaveCount(0);
    await expect.poll(async () => (await signed(pair)).status).toBe(403);
  });
});

test("the empty tab says what to do, and its two questions are collapsed", async ({ keys }) => {
  await expect(keys.page.getByRole("button", { name: "Generate API key" }).first()).toBeVisible();
  for (const question of [
    "How can I view my secret key if I lost it?",
    "What should I do if someone else got access to my secret key?",
  ]) {
    const summary = keys.page.getByText(question);
    await expect(summary).toBeVisible();
    await expect(keys.page.locator("details[open]")).toHaveCount(0);
    await summary.click();
    await expect(keys.page.locator("details[open]")).toHaveCount(1);
    await summary.click();
  }
});
