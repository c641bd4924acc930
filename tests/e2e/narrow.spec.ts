import type { Locator } from "@playwright/test";
import { db } from "@/lib/platform/db/db";
import { makeOwner } from "../kit/people/people";
import { expect, test } from "./fixtures";
import { merchantWithUniqueName, search, staffAt } from "./support-desk";

/* What a phone shows: nothing to choose from lies outside the screen. */

const WIDTHS = [360, 320];

/** The names of those that are not wholly within the list and the screen. */
const hidden = (choices: Locator) =>
  choices.evaluateAll((all) =>
    all
      .filter((each) => {
        const [own, list] = [each, each.parentElement as Element].map((element) => element.getBoundingClientRect());
        return !own || !list || own.left < list.left || own.right > Math.min(list.right, innerWidth) + 0.5;
      })
      .map((each) => each.textContent),
  );

test("each card of a list of merchants shows at its end that it opens something", async ({ tab: { page, desk } }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const { merchantId } = await makeOwner();
  await db().membership.create({
    data: { userId: desk.owner.userId, merchantId, role: "owner" },
    select: { userId: true },
  });
  await page.goto("/merchants");
  const cards = page.getByRole("table", { name: "Merchants you belong to" }).locator("tbody").getByRole("row");
  await expect(cards).toHaveCount(2);
  for (const card of await cards.all()) await expect(card.locator(".chevron-cell svg")).toBeVisible();
});

test("each merchant that Support finds shows at its end that it opens something", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const { name } = await merchantWithUniqueName();
  await staffAt(page);
  await search(page, name);
  await expect(page.getByRole("link", { name: new RegExp(name) }).locator(".chevron")).toBeVisible();
});

for (const width of WIDTHS) {
  test(`all tabs of a merchant are within ${width} px`, async ({ tab: { page, desk } }) => {
    await page.setViewportSize({ width, height: 740 });
    await page.goto(`/merchants/${desk.merchant.id}`);
    const tabs = page.getByRole("navigation", { name: "Sections of the merchant" }).getByRole("link");
    await expect(tabs).toHaveCount(5);
    expect(await hidden(tabs)).toEqual([]);
  });

  test(`all languages of the signing code are within ${width} px`, async ({ tab: { page, desk } }) => {
    await page.setViewportSize({ width, height: 740 });
    await page.goto(`/merchants/${desk.merchant.id}/integration`);
    const languages = page.getByRole("tablist", { name: "Language" }).getByRole("tab");
    await expect(languages).toHaveCount(8);
    expect(await hidden(languages)).toEqual([]);
  });

  test(`the signature checker is within its card at ${width} px, with all its fields`, async ({
    tab: { page, desk },
  }) => {
    await page.setViewportSize({ width, height: 740 });
    await page.goto(`/merchants/${desk.merchant.id}/integration`);
    await page.getByLabel("X-Processing-Signature").fill("ab".repeat(64));
    await page.getByLabel("Secret key", { exact: true }).fill("A".repeat(63));
    await page.getByText("A file as the body, the API key, the URL").click();
    await expect(page.getByText("63 of 64 characters")).toBeVisible();
    const fields = page.locator("form").filter({ hasText: "Body from a file" }).locator("input, textarea, details, p");
    expect(await fields.count()).toBeGreaterThan(6);
    const outside = await fields.evaluateAll((all) => {
      const card = all[0]?.closest(".integration-section")?.getBoundingClientRect();
      return all
        .filter((each) => !card || each.getBoundingClientRect().right > card.right + 0.5)
        .map((each) => each.outerHTML.slice(0, 80));
    });
    expect(outside).toEqual([]);
  });
}
