import type { Page } from "@playwright/test";
import { makeMember } from "../kit/people/people";
import { newEmail } from "../kit/people/team";
import { freshCodeOf, wrongCodeOf } from "../kit/people/totp";
import { test as base, expect, logInWithoutForm } from "./fixtures";
import { listen } from "./screen-reader";

// What screen reader users hear (WCAG 4.1.3): every refusal sent with Enter and every result, in
// every dialog of the team.
const WRONG = "That code did not match. Check it, or enter the next one.";

const test = base.extend<{ member: { email: string } }>({
  member: async ({ desk, page }, use) => {
    const member = await makeMember("limits", desk.merchant.id);
    await logInWithoutForm(page.context(), desk.owner);
    await page.goto(`/merchants/${desk.merchant.id}/team`);
    await use(member);
  },
});

const dialogOf = (page: Page) => page.getByRole("dialog");
const openAdd = (page: Page) => page.getByRole("button", { name: "Add users" }).click();
const openRole = (page: Page, { email }: { email: string }) =>
  page.getByRole("button", { name: `Change role of ${email}` }).click();
async function openRemove(page: Page, member: { email: string }) {
  await openRole(page, member);
  await page.getByRole("button", { name: "Remove user" }).click();
}

async function enter(page: Page, code: string) {
  const field = dialogOf(page).getByLabel("2FA code");
  await field.fill(code);
  await field.press("Enter");
}

const DIALOGS: [name: string, open: (page: Page, member: { email: string }) => Promise<void>][] = [
  [
    "Add users",
    async (page) => {
      await openAdd(page);
      await dialogOf(page).getByLabel("Email").fill(newEmail());
    },
  ],
  ["Change role", openRole],
  ["Remove user", openRemove],
];

for (const [name, open] of DIALOGS) {
  test(`${name}: a wrong code sent with Enter is announced and focused, and the error clears when the code is changed`, async ({
    page,
    desk,
    member,
  }) => {
    await open(page, member);
    const { hears } = await listen(page);
    await enter(page, wrongCodeOf(desk.owner));
    await hears(`said: ${WRONG}`);
    const code = dialogOf(page).getByLabel("2FA code");
    await expect(code).toBeFocused();
    await code.press("Backspace");
    await expect(code).not.toHaveAttribute("aria-invalid");
  });
}

test("Add users: a refused address is announced and focused, and the error clears when it is changed", async ({
  page,
  member: _,
}) => {
  await openAdd(page);
  const { hears } = await listen(page);
  const email = dialogOf(page).getByLabel("Email");
  await email.fill("leo@nordwind, ivo@nordwind.example");
  await enter(page, "123456");
  await hears("said: leo@nordwind is not an email address. Correct it or remove it.");
  await expect(email).toBeFocused();
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await email.press("End");
  await email.pressSequentially(" ");
  await expect(email).not.toHaveAttribute("aria-invalid");
  await expect(email).toHaveValue("leo@nordwind, ivo@nordwind.example ");
});

test("Add users: several additions are announced, existing members are named, each password is beside its address, and Done clears them", async ({
  page,
  desk,
  member,
}) => {
  await openAdd(page);
  const { hears } = await listen(page);
  const [first, second] = [newEmail(), newEmail()];
  await dialogOf(page).getByLabel("Email").fill(`mailto:${first}\n${second}, ${member.email}`);
  await expect(dialogOf(page).getByText("3 addresses")).toBeVisible();
  await enter(page, await freshCodeOf(desk.owner));
  await hears("said: 2 users were added");
  await hears("focus: 2 users were added");
  await expect(dialogOf(page).getByText(`${member.email} already belongs to this merchant.`)).toBeVisible();
  const shown = await Promise.all(
    [first, second].map((email) =>
      dialogOf(page).getByLabel(`Temporary password of ${email}`, { exact: true }).textContent(),
    ),
  );
  for (const password of shown) expect(password).toMatch(/^[a-z2-9]{16}$/);
  expect(new Set(shown).size).toBe(2);
  await page.getByRole("button", { name: "Done", exact: true }).click();
  for (const email of [first, second])
    await expect(page.getByRole("row").filter({ hasText: email })).toContainText("not accepted yet");
  for (const password of shown) expect(await page.content()).not.toContain(password);
});

test("Add users: Escape does not lose the input; closing asks first", async ({ page, member: _ }) => {
  await openAdd(page);
  const email = dialogOf(page).getByLabel("Email");
  await email.fill("leo@nordwind.example");
  const { hears } = await listen(page);
  await page.keyboard.press("Escape");
  await hears("said: Discard the changed addresses?");
  await page.getByRole("button", { name: "Keep editing" }).click();
  await expect(email).toHaveValue("leo@nordwind.example");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(dialogOf(page)).toBeHidden();
});

test("Change role and Remove user: the result is announced, and the focus returns to the page", async ({
  page,
  desk,
  member,
}) => {
  const { hears } = await listen(page);
  await openRole(page, member);
  await expect(dialogOf(page).getByRole("heading")).toHaveText(
    `Change the role of ${member.email} at ${desk.merchant.name}, Live`,
  );
  await dialogOf(page).getByRole("radio", { name: "Exchange", exact: true }).check();
  await enter(page, await freshCodeOf(desk.owner));
  await hears(`said: Role of ${member.email} saved`);
  await expect(page.getByRole("button", { name: `Change role of ${member.email}` })).toBeFocused();
  await openRemove(page, member);
  await enter(page, await freshCodeOf(desk.owner));
  await hears(new RegExp(`${member.email} removed`));
  await expect(page.getByRole("heading", { name: "Team" })).toBeFocused();
});
