import { deactivateKey } from "@/lib/api-keys/deactivate";
import { db } from "@/lib/platform/db/db";
import {
  activated,
  asDatabaseOwner,
  freshProof,
  generated,
  moveFirstActivation,
  rotated,
  storedKey,
  unwrap,
} from "../kit/people/api-keys";
import { restoreKeys } from "../kit/people/key-changes";
import type { Owner } from "../kit/people/people";
import { codeOf, freshCodeOf, wrongCodeOf } from "../kit/people/totp";
import { expect, type KeysTab, test } from "./fixtures";
import { listen } from "./screen-reader";

// What screen reader users hear (WCAG 4.1.3): every refusal sent with Enter and every result, in
// every dialog of the keys.
const WRONG = "That code did not match. Check it, or enter the next one.";

async function enter(keys: KeysTab, code: string): Promise<void> {
  await keys.dialog.getByLabel("2FA code").fill(code);
  await keys.dialog.getByLabel("2FA code").press("Enter");
}

async function lock({ userId }: Owner): Promise<void> {
  const until = { failures: 5, lockedUntil: new Date(Date.now() + 20 * 60_000) };
  await db().codeAttempt.create({ data: { userId, purpose: "step_up", ...until }, select: { userId: true } });
}

const waiting = async (owner: Owner) => rotated(owner, (await activated(owner)).id);

const GENERATE = /^Generate API key/;
const dialogs: { name: string; make(owner: Owner): Promise<unknown>; open(keys: KeysTab): Promise<void> }[] = [
  { name: "Generate", make: async () => {}, open: (keys) => keys.press(GENERATE) },
  { name: "Activate", make: generated, open: (keys) => keys.press(/^Activate/) },
  { name: "Edit IP addresses", make: activated, open: (keys) => keys.press(/^Edit IP addresses/) },
  {
    name: "Deactivate",
    make: activated,
    open: async (keys) => {
      await keys.press(/^Deactivate/);
      await keys.dialog.getByRole("radio", { name: "Replacing it" }).check();
    },
  },
  {
    name: "Retire",
    make: generated,
    open: async (keys) => {
      await keys.press(/^More/);
      await keys.page.getByRole("menuitem", { name: "Retire" }).click();
      await keys.dialog.getByRole("radio", { name: "No longer wanted" }).check();
    },
  },
  { name: "Rotate", make: activated, open: (keys) => keys.press(/^Rotate key/) },
  { name: "Take over now", make: waiting, open: (keys) => keys.press(/^Take over now/) },
  { name: "Cancel rotation", make: waiting, open: (keys) => keys.press(/^Cancel rotation/) },
];

/** The read that an address dialog sends by itself; it changes nothing. */
const reads = (url: string) => url.endsWith("/seen");

for (const { name, make, open } of dialogs) {
  test.describe(name, () => {
    test("a wrong code sent with Enter is announced each time, and the error clears when the code is changed", async ({
      tab: keys,
    }) => {
      await make(keys.desk.owner);
      await keys.open();
      await open(keys);
      const { hears, heard } = await listen(keys.page);
      await enter(keys, wrongCodeOf(keys.desk.owner));
      await hears(`said: ${WRONG}`);
      const code = keys.dialog.getByLabel("2FA code");
      await expect(code).toBeFocused();
      await expect(code).toHaveAccessibleDescription(WRONG);
      await expect(code).toHaveCSS("color", "rgb(155, 36, 25)");
      await code.press("Enter");
      await expect.poll(async () => (await heard()).filter((line) => line.startsWith(`said: ${WRONG}`)).length).toBe(2);
      await code.press("Backspace");
      await expect(keys.dialog.getByText(WRONG).filter({ visible: true }).and(keys.dialog.locator("p *"))).toHaveCount(
        0,
      );
      await expect(code).not.toHaveAttribute("aria-invalid");
    });

    test("being offline is announced as such, nothing is sent, and the message goes when the network is back", async ({
      tab: keys,
    }) => {
      await make(keys.desk.owner);
      await keys.open();
      await open(keys);
      const { hears } = await listen(keys.page);
      const sent: string[] = [];
      keys.page.on(
        "request",
        (request) => request.method() === "POST" && !reads(request.url()) && sent.push(request.url()),
      );
      await keys.page.context().setOffline(true);
      await enter(keys, await freshCodeOf(keys.desk.owner));
      await hears("said: You are offline. Nothing was sent.");
      await expect(keys.dialog.getByRole("button", { name: "Try again" })).toBeFocused();
      expect(sent).toEqual([]);
      await keys.page.context().setOffline(false);
      await expect(keys.dialog.getByText("Nothing was sent").first()).toBeHidden();
      await expect(keys.dialog.getByRole("button", { name: "Try again" })).toHaveCount(0);
    });

    test("a code that was used is refused before it is sent, with the seconds until the next", async ({
      tab: keys,
    }) => {
      await make(keys.desk.owner);
      await keys.open();
      // As if the code had been used a moment ago; the page learns that when it loads.
      const step = Math.floor(Date.now() / 30_000) + 1;
      await asDatabaseOwner("UPDATE totp_devices SET last_step = $2 WHERE user_id = $1", [
        keys.desk.owner.userId,
        step,
      ]);
      await keys.open();
      await open(keys);
      await expect(keys.dialog.getByRole("timer")).toContainText(/Next code in\s*\d+ s/);
      await expect(keys.dialog.getByLabel("2FA code")).toHaveAccessibleDescription(/You already used the current code/);
      const { hears } = await listen(keys.page);
      const sent: string[] = [];
      keys.page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
      await enter(keys, codeOf(keys.desk.owner));
      await hears(/said: You already used this code\. Next code in \d+ s\./);
      expect(sent).toEqual([]);
    });

    test("locked codes are announced before anything is filled in", async ({ tab: keys }) => {
      await make(keys.desk.owner);
      await lock(keys.desk.owner);
      await keys.open();
      await open(keys);
      await expect(keys.dialog).toContainText(/2FA codes are locked until \d\d:\d\d UTC\./);
      await expect(keys.dialog.getByLabel("2FA code")).toHaveCount(0);
      const verb = keys.dialog.locator("[data-verb]");
      if (name === "Deactivate") await expect(keys.dialog.getByLabel("Password")).toBeVisible();
      else await expect(verb).toHaveAttribute("aria-disabled", "true");
      if (name !== "Deactivate") await expect(verb).toHaveAccessibleDescription(/locked until/);
    });
  });
}

test("a missing reason is announced, and the error clears when one is chosen", async ({ tab: keys }) => {
  await activated(keys.desk.owner);
  await keys.open();
  await keys.press(/^Deactivate/);
  const { hears } = await listen(keys.page);
  await enter(keys, await keys.code());
  await hears("said: Choose a reason, then deactivate the key.");
  await expect(keys.dialog.getByRole("radio").first()).toBeFocused();
  await keys.page.keyboard.press("Space");
  await expect(keys.dialog.getByText("Choose a reason").and(keys.dialog.locator("p *"))).toHaveCount(0);
});

test("a finished deactivation is announced, and its title has the focus", async ({ tab: keys }) => {
  const { number } = await activated(keys.desk.owner);
  await keys.open();
  await keys.press(/^Deactivate/);
  await keys.dialog.getByRole("radio", { name: "Replacing it" }).check();
  const { hears } = await listen(keys.page);
  await enter(keys, await keys.code());
  await hears(new RegExp(`^focus: Key ${number} is deactivated, ${keys.desk.merchant.name}`));
  await hears(new RegExp(`^said: Key ${number} is deactivated.*Every gateway now refuses it`));
});

test("a shown secret key is announced by its title and never read out", async ({ ready: keys }) => {
  const { hears, heard } = await listen(keys.page);
  const { secret } = await keys.activate();
  await hears(/^focus: API key activated/);
  expect((await heard()).join()).not.toContain(secret.slice(0, 8));
});

test("a repeated activation is announced with what it means", async ({ tab: keys }) => {
  const { id, number } = await activated(keys.desk.owner);
  unwrap(await deactivateKey(keys.desk.owner.member, { keyId: id, reason: "rotating" }, freshProof(keys.desk.owner)));
  await keys.open();
  await keys.press(/^Activate/);
  const { hears } = await listen(keys.page);
  await enter(keys, await keys.code());
  await hears(new RegExp(`^said: API key activated.*Requests signed with key ${number} are accepted again`));
});

test("an invalid address is announced while it is entered, and so is the question before it is discarded", async ({
  ready: keys,
}) => {
  await keys.press(/^Activate/);
  const { hears } = await listen(keys.page);
  await keys.dialog.getByLabel("IP addresses").fill("198.51.100.300,");
  await hears("said: 198.51.100.300 is not an IPv4 or IPv6 address. Correct it or remove it.");
  await keys.page.keyboard.press("Escape");
  await hears("said: Discard the changed addresses?");
  await expect(keys.dialog.getByRole("button", { name: "Keep editing" })).toBeFocused();
});

test("the sources that a changed list refuses are announced while it changes", async ({ tab: keys }) => {
  await activated(keys.desk.owner, { allowedIps: ["45.33.32.7", "45.33.32.8"] });
  await keys.open();
  await keys.press(/^Edit IP addresses/);
  const { hears } = await listen(keys.page);
  await keys.dialog.getByRole("button", { name: "Remove 45.33.32.8" }).click();
  await hears("said: 1 address will be refused. 45.33.32.8");
});

test("a failed copy is announced at its button, selects the text, and shows no check mark", async ({ ready: keys }) => {
  const { page } = keys;
  const { secret } = await keys.activate();
  await page.evaluate(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
    document.execCommand = () => false;
  });
  const { hears } = await listen(page);
  await keys.dialog.getByRole("button", { name: "Copy secret key" }).click();
  await hears("said: Not copied: the browser refused. It is selected now; press Ctrl+C.");
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(secret);
  await expect(page.locator("[data-toast]")).toHaveCount(0);
  await page.evaluate(() => document.dispatchEvent(new ClipboardEvent("copy")));
  await expect(keys.dialog.getByText("Not copied")).toHaveCount(0);
});

test("a failed copy of a key in the list selects that key", async ({ tab: keys }) => {
  const { id } = await activated(keys.desk.owner);
  await keys.open();
  await keys.page.evaluate(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
    document.execCommand = () => false;
  });
  const { hears } = await listen(keys.page);
  await keys.press(/^Copy key/);
  await hears("said: Not copied");
  const { key } = await storedKey(id);
  expect(await keys.page.evaluate(() => getSelection()?.toString())).toBe(key);
});

test("the page asks whether an unconfirmed secret was saved; Yes ends the question and focuses the title", async ({
  tab: keys,
}) => {
  const { id, number } = await activated(keys.desk.owner);
  await moveFirstActivation(id, "-121 s");
  await keys.open();
  const question = keys.page.getByRole("alert").filter({ hasText: `Did you save the secret key of key ${number}?` });
  await expect(question).toContainText("Your browser did not confirm that it was shown.");
  const { hears } = await listen(keys.page);
  await question.getByRole("button", { name: "Yes" }).click();
  await hears(`said: Key ${number} kept`);
  await hears("focus: API keys");
  await expect(question).toHaveCount(0);
  await keys.open();
  await expect(question).toHaveCount(0);
});

test('"No, deactivate it" opens the dialog with the reason selected', async ({ tab: keys }) => {
  const { id } = await activated(keys.desk.owner);
  await moveFirstActivation(id, "-121 s");
  await keys.open();
  await keys.page.getByRole("button", { name: "No, deactivate it" }).click();
  await expect(keys.dialog.getByRole("radio", { name: "Secret lost" })).toBeChecked();
});

test("the next page of keys focuses its heading, without a focus ring", async ({ tab: keys }) => {
  const many =
    "INSERT INTO api_keys (merchant_id, key) SELECT $1::uuid, md5(n || $1::text) FROM generate_series(1, 30) n";
  await restoreKeys(many, [keys.desk.merchant.id]);
  await keys.open();
  const { hears } = await listen(keys.page);
  await keys.page.getByRole("link", { name: "Older" }).focus();
  await keys.page.keyboard.press("Enter");
  await hears("focus: Generated API keys");
  const heading = keys.page.getByRole("heading", { name: "Generated API keys" });
  await expect(heading).toBeFocused();
  await expect(heading).toHaveCSS("outline-style", "none");
  await keys.page.getByRole("link", { name: "Newest" }).focus();
  await keys.page.keyboard.press("Enter");
  await expect(heading).toBeFocused();
});

test("a dialog's name includes the merchant and its mode", async ({ tab: keys }) => {
  const { id, name } = keys.desk.merchant;
  await asDatabaseOwner("UPDATE merchants SET mode = 'test' WHERE id = $1", [id]);
  await keys.open();
  await expect(keys.page).toHaveTitle(`API keys · ${name} (Test) · Countersign`);
  await expect(keys.page.getByText("Test merchant.")).toBeVisible();
  await keys.press(GENERATE);
  await expect(
    keys.page.getByRole("dialog", { name: new RegExp(`^Generate API key of ${name} ?, Test$`) }),
  ).toBeVisible();
});
