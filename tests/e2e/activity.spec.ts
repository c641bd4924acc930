import { randomUUID } from "node:crypto";
import type { Role } from "@/lib/access/roles";
import { db } from "@/lib/platform/db/db";
import { generated } from "../kit/people/api-keys";
import { makeMember, makePerson, type Person } from "../kit/people/people";
import { sessionCookie } from "../kit/people/session";
import { expect, logInWithoutForm, test } from "./fixtures";

async function get(path: string, person: Person) {
  const { name, value } = await sessionCookie(person);
  const response = await fetch(`${process.env.E2E_ORIGIN}${path}`, {
    redirect: "manual",
    headers: { cookie: `${name}=${value}` },
  });
  return { status: response.status, text: await response.text() };
}

for (const role of ["limits", "exchange", "view", "restricted"] satisfies Role[]) {
  test(`${role}: the activity page of their own merchant is "not found", and no tab links to it`, async () => {
    const member = await makeMember(role);
    const { status, text } = await get(`/merchants/${member.merchantId}/activity`, member);
    expect(status).toBe(404);
    expect(text).not.toContain("Nothing here can be edited or removed");
    expect((await get(`/merchants/${member.merchantId}`, member)).text).not.toContain("/activity");
  });
}

test("another merchant's Owner and staff get the same response as for a merchant that does not exist", async ({
  desk,
}) => {
  for (const person of [await makeMember("owner"), await makePerson({ staff: true })]) {
    const theirs = await get(`/merchants/${desk.merchant.id}/activity`, person);
    expect(theirs.status).toBe((await get(`/merchants/${randomUUID()}/activity`, person)).status);
    expect(theirs.text).not.toContain(desk.owner.email);
  }
});

test("an Owner reads what happened, newest first, by kind and page by page", async ({ page, desk }) => {
  for (let n = 0; n < 27; n++) await generated(desk.owner);
  const { number } = await db().apiKey.findFirstOrThrow({
    where: { merchantId: desk.merchant.id },
    orderBy: { number: "desc" },
    select: { number: true },
  });
  await logInWithoutForm(page.context(), desk.owner);
  await page.goto(`/merchants/${desk.merchant.id}`);
  await page.getByRole("link", { name: "Activity" }).click();
  await expect(page.getByRole("heading", { name: "Activity" })).toBeVisible();
  await page.getByRole("link", { name: "Keys", exact: true }).click();
  await expect(page).toHaveURL(/show=keys/);
  const rows = page.getByRole("row").filter({ hasText: "generated" });
  await expect(rows).toHaveCount(25);
  await expect(rows.first()).toContainText(`Key ${number} generated`);
  await expect(rows.first()).toContainText(desk.owner.email);
  await expect(rows.first()).toContainText("Owner, 2FA code");
  await expect(rows.first()).toContainText("203.0.113.7");
  await page.getByRole("link", { name: "Older" }).click();
  await expect(rows).toHaveCount(2);
  await expect(page.getByRole("link", { name: "Older" })).toHaveCount(0);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(rows).toHaveCount(25);
  await page.getByRole("link", { name: "Support", exact: true }).click();
  await expect(page.getByText("No events of this kind yet.")).toBeVisible();
});
