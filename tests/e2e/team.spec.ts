import { mailTo } from "../kit/mail/inbox";
import { asDatabaseOwner, generated } from "../kit/people/api-keys";
import { makeMember, makeMerchant, makePerson } from "../kit/people/people";
import { newEmail } from "../kit/people/team";
import { codeOf, freshCodeOf, nextCode, rewind } from "../kit/people/totp";
import { addUser, confirmDevice, enter, invite, userOf } from "./first-login";
import { expect, KeysTab, logInWithoutForm, test } from "./fixtures";
import { accepted } from "./signed";

const PASSWORD = "maple river stone";

test("an Owner adds a user and is shown the temporary password once", async ({ page, desk }) => {
  const email = newEmail();
  await logInWithoutForm(page.context(), desk.owner);
  const shown = await addUser(page, desk.owner, email, "Limits");
  expect(shown).toMatch(/^[a-z2-9]{16}$/);
  await page.keyboard.press("Escape");
  await page.mouse.click(5, 5);
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.getByRole("button", { name: "Done", exact: true }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(await page.content()).not.toContain(shown);
  await page.reload();
  expect(await page.content()).not.toContain(shown);
  await expect(page.getByRole("row").filter({ hasText: email })).toContainText("not accepted yet");
});

test("from an invitation's mail to the first key: logged in, 2FA set up, password chosen, a request signed", async ({
  page: guest,
  desk,
}) => {
  const { email, link, temporary } = await invite(desk.owner);
  const { seed, used } = await test.step("e-mail and temporary password, then the authenticator app", async () => {
    await enter(guest, link, email, "not the password");
    await expect(guest.getByText("code is wrong, or the link has ended")).toBeVisible();
    await enter(guest, link, email, temporary);
    return confirmDevice(guest);
  });
  const person = { ...(await userOf(email)), seed };

  await test.step("the code that set it up is refused; the next one is taken", async () => {
    await guest.getByLabel("Temporary password").fill(temporary);
    await guest.getByLabel("2FA code").fill(used);
    await guest.getByRole("button", { name: "Log in" }).click();
    await expect(guest.getByText("You already used this code. Enter the next one.").first()).toBeVisible();
    await guest.getByLabel("2FA code").fill(await nextCode(seed, used));
    await guest.getByRole("button", { name: "Log in" }).click();
    await expect(guest.getByRole("heading", { name: "Choose your password" })).toBeVisible();
  });

  await test.step("a password that holds the e-mail is refused, a good one ends the first login", async () => {
    const set = async (password: string) => {
      await guest.getByLabel("Temporary password").fill(temporary);
      await guest.getByLabel("New password", { exact: true }).fill(password);
      await guest.getByLabel("Confirm new password").fill(password);
      await guest.getByRole("button", { name: "Save and finish" }).click();
    };
    await set(`it is ${email}`);
    await expect(guest.getByText("This password contains your email name.")).toBeVisible();
    await set(PASSWORD);
    await expect(guest.getByRole("heading", { name: "You are logged in" })).toBeFocused();
    await guest.getByRole("link", { name: "Not now" }).click();
    await expect(guest).toHaveURL(`/merchants/${desk.merchant.id}`);
  });

  await test.step("the link no longer works", async () => {
    await guest.goto(link);
    await expect(guest.getByRole("heading", { name: "This link no longer works" })).toBeVisible();
  });

  await test.step("made an Owner by Support, they generate a key, activate it and sign a request", async () => {
    await asDatabaseOwner("UPDATE memberships SET role = 'owner' WHERE user_id = $1", [person.userId]);
    const owner = { ...desk.owner, ...person, email };
    const keys = new KeysTab(guest, { ...desk, owner });
    await keys.open();
    await keys.generate();
    const pair = await keys.activate();
    await keys.done();
    await accepted(pair);
  });
});

test("an interrupted first login continues at the same link with a code", async ({
  page: first,
  desk,
  elsewhere: second,
}) => {
  const { email, link, temporary } = await invite(desk.owner);
  await enter(first, link, email, temporary);
  const { seed } = await confirmDevice(first);

  await enter(second, link, email, temporary);
  await expect(second.getByRole("heading", { name: "Log in with your new code" })).toBeVisible();
  await expect(second.getByLabel("Email")).toHaveValue(email);
  await rewind(await userOf(email));
  await second.getByLabel("Temporary password").fill(temporary);
  await second.getByLabel("2FA code").fill(codeOf({ seed }));
  await second.getByRole("button", { name: "Log in" }).click();
  await expect(second.getByRole("heading", { name: "Choose your password" })).toBeVisible();
  await second.goto("/merchants");
  await expect(second).toHaveURL(/\/login/);
});

test("a changed role ends the session in another browser at its next click, and says why", async ({
  page,
  desk,
  elsewhere: theirs,
}) => {
  const member = await makeMember("view", desk.merchant.id);
  await logInWithoutForm(theirs.context(), member);
  await theirs.goto(`/merchants/${desk.merchant.id}`);
  await expect(theirs.getByRole("heading", { name: "Overview" })).toBeVisible();

  await logInWithoutForm(page.context(), desk.owner);
  await page.goto(`/merchants/${desk.merchant.id}/team`);
  await page.getByRole("button", { name: `Change role of ${member.email}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: "Exchange", exact: true }).check();
  await dialog.getByLabel("2FA code").fill(await freshCodeOf(desk.owner));
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("row").filter({ hasText: member.email })).toContainText("Exchange");

  await theirs.reload();
  await expect(theirs).toHaveURL(/\/login\?ended=role/);
  await expect(theirs.getByText("Your role was changed.")).toBeVisible();
  await mailTo(member.email, /^Your role at/);
});

test("a removed user leaves the list and is logged out; the keys stay", async ({ page, desk, elsewhere: theirs }) => {
  const member = await makeMember("owner", desk.merchant.id);
  const keys = await generated(member);
  await logInWithoutForm(theirs.context(), member);
  await logInWithoutForm(page.context(), desk.owner);
  await page.goto(`/merchants/${desk.merchant.id}/team`);
  await page.getByRole("button", { name: `Remove ${member.email}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("2FA code").fill(await freshCodeOf(desk.owner));
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("row").filter({ hasText: member.email })).toHaveCount(0);
  await theirs.goto(`/merchants/${desk.merchant.id}`);
  await expect(theirs).toHaveURL(/\/login\?ended=removed/);
  await page.goto(`/merchants/${desk.merchant.id}/api-keys`);
  await expect(page.getByRole("row").filter({ hasText: String(keys.number) })).toBeVisible();
});

test("the only Owner cannot leave, and no Owner can change an Owner's role", async ({ page, desk }) => {
  await logInWithoutForm(page.context(), desk.owner);
  await page.goto(`/merchants/${desk.merchant.id}/team`);
  const row = page.getByRole("row").filter({ hasText: desk.owner.email });
  await expect(row).toContainText("Only Support can change this");
  await expect(row.getByRole("button")).toHaveCount(0);
  await makeMember("owner", desk.merchant.id);
  await page.reload();
  await expect(row).toContainText("Only Support can change the role");
  await expect(row.getByRole("button", { name: `Remove ${desk.owner.email}` })).toBeVisible();
});

test("somebody with an account is added in the same way and has no access until they accept on the page Merchants", async ({
  page,
  desk,
  elsewhere: theirs,
}) => {
  const other = await makeMerchant({ name: "Halden Ferries" });
  const known = await makePerson({ roles: [{ merchantId: other.id, role: "view" }] });
  await logInWithoutForm(page.context(), desk.owner);
  const shown = await addUser(page, desk.owner, known.email, "Exchange");
  expect(shown).toMatch(/^[a-z2-9]{16}$/);
  const { text } = await mailTo(known.email, /^You were invited/);
  expect(text).not.toContain("first-login");

  await logInWithoutForm(theirs.context(), known);
  expect((await theirs.goto(`/merchants/${desk.merchant.id}`))?.status()).toBe(404);
  await theirs.goto("/merchants");
  await theirs.getByRole("button", { name: `Accept the invitation to ${desk.merchant.name}` }).click();
  await expect(theirs).toHaveURL(`/merchants/${desk.merchant.id}`);
  await expect(theirs.getByText("your role is Exchange").first()).toBeVisible();
});
