import type { Page } from "@playwright/test";
import { db } from "@/lib/platform/db/db";
import { activationLink } from "../kit/mail/inbox";
import type { Owner } from "../kit/people/people";
import { type Guest, inviteOne, newEmail, openInvitationOf } from "../kit/people/team";
import { codeOf, freshCodeOf } from "../kit/people/totp";
import { expect } from "./fixtures";

export type Invited = Guest & { link: string };

/** Invites as an Owner does, without the dialog. The link comes from the mail. */
export async function invite(owner: Owner, email = newEmail()): Promise<Invited> {
  const { temporaryPassword: temporary } = await inviteOne(owner, email, "limits");
  const { id: invitationId, userId } = await openInvitationOf(owner.merchantId, email);
  const link = await activationLink(email);
  return { email, userId, invitationId, temporary, link, token: new URL(link).searchParams.get("token") ?? "" };
}

/** The Owner adds a user. Returns the temporary password that is shown. */
export async function addUser(page: Page, owner: Owner, email: string, role = "View"): Promise<string> {
  await page.goto(`/merchants/${owner.merchantId}/team`);
  await page.getByRole("button", { name: "Add users" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Email").fill(email);
  await dialog.getByRole("radio", { name: role, exact: true }).check();
  await dialog.getByLabel("2FA code").fill(await freshCodeOf(owner));
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByRole("heading", { name: `${email} was added` })).toBeVisible();
  return (await dialog.getByLabel("Temporary password", { exact: true }).textContent()) ?? "";
}

export async function enter(page: Page, link: string, email: string, password: string) {
  await page.goto(link);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Temporary password").fill(password);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** Step 2. Returns the enrolled seed. */
export async function confirmDevice(page: Page): Promise<{ seed: string; used: string }> {
  await expect(page.getByRole("heading", { name: "Add your authenticator app" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Confirm" })).toBeEnabled();
  const seed = (await page.getByLabel("Key for the authenticator app", { exact: true }).textContent()) ?? "";
  const used = codeOf({ seed });
  await page.getByLabel("2FA code").fill(used);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "Log in with your new code" })).toBeVisible();
  return { seed, used };
}

export async function userOf(email: string) {
  const { id } = await db().user.findUniqueOrThrow({ where: { email }, select: { id: true } });
  return { userId: id };
}
