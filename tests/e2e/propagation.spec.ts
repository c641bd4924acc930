import type { Page } from "@playwright/test";
import { LATE_AFTER_MS } from "@/components/api-keys/deactivate/wait-progress";
import { inOpenTransaction } from "../kit/database/locks";
import { activated, asDatabaseOwner, storedKey } from "../kit/people/api-keys";
import { expect, type KeysTab, test } from "./fixtures";
import { listen } from "./screen-reader";

test.describe.configure({ mode: "serial" });

const ASLEEP = "INSERT INTO gateways (id, name, version, started) VALUES (gen_random_uuid(), 'asleep', '0', now())";

async function chooseToDeactivate(keys: KeysTab) {
  await keys.open();
  await keys.press(/^Deactivate/);
  await keys.dialog.getByRole("radio", { name: "Replacing it" }).check();
}

async function activityOf(keys: KeysTab, number: number) {
  await keys.page.goto(`/merchants/${keys.desk.merchant.id}/activity`);
  return keys.page.getByRole("row").filter({ hasText: `Key ${number} refused by all gateways` });
}

/**
 * Sets the page's clock to when a wait is late. Nothing in the database can be held for that long
 * on a slow machine: PostgreSQL ends the operation's statement first.
 */
const becomesLate = (page: Page) =>
  page.evaluate((ms) => {
    const now = Date.now;
    Date.now = () => now() + ms;
  }, LATE_AFTER_MS);

test("the deactivation dialog and the activity event name each gateway and how long it took", async ({ tab: keys }) => {
  const { number } = await activated(keys.desk.owner);
  await chooseToDeactivate(keys);
  await keys.confirm("Deactivate");
  await expect(keys.dialog).toContainText(`Key ${number} is deactivated`);
  await expect(keys.dialog).toContainText(/\S+ after \d+ ms/);
  await expect(await activityOf(keys, number)).toContainText(/\S+ after \d+ ms/);
});

test("while a gateway does not respond, the dialog says how many refuse the key; after the fixed wait, dialog and event name the one that did not", async ({
  tab: keys,
}) => {
  const { id, number } = await activated(keys.desk.owner);
  await asDatabaseOwner(ASLEEP);
  try {
    await chooseToDeactivate(keys);
    await keys.confirm("Deactivate");
    await expect.poll(async () => (await storedKey(id)).status, { intervals: [20] }).toBe("inactive");
    // The end of the wait is recorded only once this transaction releases the key.
    await inOpenTransaction(["SELECT FROM api_keys WHERE id = $1 FOR UPDATE", [id]], "COMMIT", async () => {
      await expect(keys.dialog.getByText(/^[1-9] of [2-9] gateways refuse it$/)).toBeVisible();
      await expect(keys.dialog).toContainText(`Deactivating key ${number}`);
    });
    const account =
      /[1-9] of [2-9] gateways confirmed: \S+ after \d+ ms.*asleep did not, and can accept no key until it does/;
    await expect(keys.dialog).toContainText(account);
    await expect(keys.dialog).toContainText(`Key ${number} is deactivated`);
    await expect(await activityOf(keys, number)).toContainText(account);
  } finally {
    await asDatabaseOwner("DELETE FROM gateways WHERE name = 'asleep'");
  }
});

test("a wait that takes too long is announced with what it waits for; its end is announced and focused", async ({
  tab: keys,
}) => {
  const { id, number } = await activated(keys.desk.owner);
  await asDatabaseOwner(ASLEEP);
  try {
    await chooseToDeactivate(keys);
    const { hears } = await listen(keys.page);
    await keys.confirm("Deactivate");
    await expect.poll(async () => (await storedKey(id)).status, { intervals: [20] }).toBe("inactive");
    await inOpenTransaction(["SELECT FROM api_keys WHERE id = $1 FOR UPDATE", [id]], "COMMIT", async () => {
      await hears(new RegExp(`^focus: Deactivating key ${number}`));
      await hears(/^said: [1-9] of [2-9] gateways refuse it/);
      await becomesLate(keys.page);
      await hears("said: One gateway has not confirmed. The key may still work.");
    });
    await hears(new RegExp(`^focus: Key ${number} is deactivated`));
    await hears(new RegExp(`^said: Key ${number} is deactivated.*Every gateway now refuses it`));
  } finally {
    await asDatabaseOwner("DELETE FROM gateways WHERE name = 'asleep'");
  }
});

test("a database that stalls after the gateways acknowledged is not reported as a gateway", async ({ tab: keys }) => {
  const { id } = await activated(keys.desk.owner);
  const name = `stall_${id.slice(0, 8)}`;
  await asDatabaseOwner(`
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NEW; END $$;
    CREATE TRIGGER ${name} BEFORE UPDATE ON api_keys FOR EACH ROW
      WHEN (NEW.id = '${id}' AND NEW.refused_everywhere_at IS NOT NULL) EXECUTE FUNCTION ${name}()`);
  try {
    await chooseToDeactivate(keys);
    const { hears } = await listen(keys.page);
    await inOpenTransaction(["SELECT pg_advisory_xact_lock(77)", []], "COMMIT", async () => {
      await keys.confirm("Deactivate");
      await hears(/^said: ([1-9]) of \1 gateways? refuses? it/);
      await becomesLate(keys.page);
      await hears("said: All gateways refuse the key. We are still recording it.");
    });
  } finally {
    await asDatabaseOwner(`DROP FUNCTION ${name} CASCADE`);
  }
});
