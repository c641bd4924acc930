import { type BrowserContext, test as base, expect, type Locator, type Page } from "@playwright/test";
import { makeMerchant, makeOwner, type Owner, type Person } from "../kit/people";
import { sessionCookie } from "../kit/session";
import { freshCodeOf } from "../kit/totp";

export type Desk = { owner: Owner; merchant: { id: string; number: number; name: string } };

/** `desk`: a merchant of the test's own with one Owner. `keys`: that Owner, logged in without the form, at the API keys tab. */
export const test = base.extend<{ desk: Desk; keys: KeysTab }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  desk: async ({}, use) => {
    const owner = await makeOwner();
    await use({ owner, merchant: await merchantOf(owner) });
  },
  keys: async ({ page, desk }, use) => {
    await logInWithoutForm(page.context(), desk.owner);
    const keys = new KeysTab(page, desk);
    await keys.open();
    await use(keys);
  },
});

export { expect };

async function merchantOf(owner: Owner) {
  const { db } = await import("@/lib/db");
  return db().merchant.findUniqueOrThrow({ where: { id: owner.merchantId }, select: { id: true, number: true, name: true } });
}

export async function logInWithoutForm(context: BrowserContext, person: Person): Promise<void> {
  const { name, value } = await sessionCookie(person);
  await context.addCookies([{ name, value, url: process.env.E2E_ORIGIN, httpOnly: true, sameSite: "Lax" }]);
}

export { makeMerchant };

/** The tab as its user works it: the labels are the issue's. */
export class KeysTab {
  constructor(
    readonly page: Page,
    readonly desk: Desk,
  ) {}

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  async open(): Promise<void> {
    await this.page.goto(`/merchants/${this.desk.merchant.id}/api-keys`);
    await expect(this.page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
  }

  row(key: { number: number }): Locator {
    return this.page.getByRole("row").filter({ hasText: String(key.number) });
  }

  code(): Promise<string> {
    return freshCodeOf(this.desk.owner);
  }

  /** Enters a code and presses the dialog's verb. */
  async confirm(verb: string, code?: string): Promise<void> {
    await this.dialog.getByLabel("2FA code").fill(code ?? (await this.code()));
    await this.dialog.getByRole("button", { name: verb, exact: true }).click();
  }

  async generate(): Promise<void> {
    await this.page.getByRole("button", { name: "Generate API key" }).first().click();
    await this.confirm("Generate");
    await expect(this.dialog).toBeHidden();
  }

  /** Activates the first key that can be; answers with its key and, on a first activation, its secret. */
  async activate(ips = ""): Promise<{ key: string; secret: string }> {
    await this.page
      .getByRole("button", { name: /^Activate/ })
      .first()
      .click();
    if (ips) {
      await this.dialog.getByLabel("IP addresses").fill(ips);
      await this.dialog.getByLabel("IP addresses").press("Enter");
    }
    await this.confirm("Activate");
    const shown = this.page.getByRole("dialog", { name: "API key activated" });
    const secret = (await shown.getByLabel("Secret key", { exact: true }).textContent()) ?? "";
    const key = (await shown.locator("[data-kind=key]").textContent()) ?? "";
    return { key, secret };
  }

  async done(): Promise<void> {
    await this.page.getByRole("button", { name: "Done", exact: true }).click();
    await expect(this.dialog).toBeHidden();
  }
}
