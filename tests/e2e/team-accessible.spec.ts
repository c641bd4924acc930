import type { Page } from "@playwright/test";
import { confirmDevice as enrolDevice } from "@/lib/identity/onboarding/confirm-device";
import { cookieNames } from "@/lib/identity/session/cookies";
import { sessionToken } from "@/lib/identity/session/token";
import { unwrap } from "../kit/people/api-keys";
import { makeMember } from "../kit/people/people";
import { beginOnboarding, newEmail, seedOf } from "../kit/people/team";
import { codeOf, freshCodeOf } from "../kit/people/totp";
import { test as base, checkAccessibility } from "./check-accessibility";
import { addUser, confirmDevice, type Invited, invite } from "./first-login";
import { addSessionCookie as carryCookie, expect, logInWithoutForm } from "./fixtures";

// Every step and every dialog of a team, one test per state.
const longEmail = () => `risk-and-compliance-monitoring.${newEmail()}`;

/**
 * `member`: a member of the merchant, with the Owner at the team tab. `guest`: a person who was
 * just added and has the mail with the `link`.
 */
const test = base.extend<{ member: { email: string }; guest: Invited }>({
  member: async ({ desk, page }, use) => {
    const member = await makeMember("limits", desk.merchant.id);
    await logInWithoutForm(page.context(), desk.owner);
    await page.goto(`/merchants/${desk.merchant.id}/team`);
    await use(member);
  },
  guest: async ({ desk }, use) => use(await invite(desk.owner, longEmail())),
});

const carry = (page: Page, { sessionId }: { sessionId: string }) =>
  carryCookie(page.context(), { cookie: { name: cookieNames().session, value: sessionToken(sessionId) } });

test("the team has no accessibility violations", async ({ page, member }) => {
  await expect(page.getByRole("row").filter({ hasText: member.email })).toBeVisible();
  await checkAccessibility(page, "team");
});

test("a refusal to add somebody has no accessibility violations", async ({ page, member: _ }) => {
  await page.getByRole("button", { name: "Add users" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByText("Enter an email address")).toBeVisible();
  await checkAccessibility(page, "add users, refused");
});

test("the temporary password that is shown has no accessibility violations", async ({ page, desk }) => {
  await logInWithoutForm(page.context(), desk.owner);
  await addUser(page, desk.owner, longEmail());
  await checkAccessibility(page, "added");
});

test("the dialog that changes a role has no accessibility violations", async ({ page, member }) => {
  await page.getByRole("button", { name: `Change role of ${member.email}` }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await checkAccessibility(page, "change role");
});

test("the dialog that removes a user has no accessibility violations", async ({ page, member }) => {
  await page.getByRole("button", { name: `Change role of ${member.email}` }).click();
  await page.getByRole("button", { name: "Remove user" }).click();
  await expect(page.getByRole("heading", { name: `Remove ${member.email}` })).toBeVisible();
  await checkAccessibility(page, "remove");
});

test("the first step of a first login has no accessibility violations", async ({ page, guest }) => {
  await page.goto(guest.link);
  await expect(page.getByLabel("Email")).toBeVisible();
  await checkAccessibility(page, "first login, 1");
});

test("the second step of a first login, with the authenticator's key, has no accessibility violations", async ({
  page,
  guest,
}) => {
  await carry(page, await beginOnboarding(guest));
  await page.goto(guest.link);
  await expect(page.getByRole("heading", { name: "Add your authenticator app" })).toBeVisible();
  await checkAccessibility(page, "first login, 2");
});

test("the third step of a first login, with a code, has no accessibility violations", async ({ page, guest }) => {
  await carry(page, await beginOnboarding(guest));
  await page.goto(guest.link);
  await confirmDevice(page);
  await checkAccessibility(page, "first login, 3");
});

test("the last step of a first login, with a password refused, has no accessibility violations", async ({
  page,
  guest,
}) => {
  const self = await beginOnboarding(guest);
  const seed = await seedOf(self, guest);
  unwrap(await enrolDevice(self, { code: codeOf({ seed }) }));
  const session = await beginOnboarding(guest, { code: await freshCodeOf({ ...guest, seed }) });
  await carry(page, session);
  await page.goto(guest.link);
  await expect(page.getByRole("heading", { name: "Choose your password" })).toBeVisible();
  await page.getByRole("button", { name: "Save and finish" }).click();
  await expect(page.getByText("Enter the temporary password.").and(page.locator("form *")).first()).toBeVisible();
  await checkAccessibility(page, "first login, 4, refused");
});

test("the page of an invalid link has no accessibility violations", async ({ page }) => {
  await page.goto("/first-login?token=nothing");
  await checkAccessibility(page, "first login, over");
});
