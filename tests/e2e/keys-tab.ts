import { expect, type Locator, type Page } from "@playwright/test";
import { freshCodeOf } from "../kit/people/totp";
import type { Desk } from "./fixtures";

/** The tab as its user operates it. The labels are those of the requirements. */
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

  /** Enters a code and presses the dialog's main button. */
  async confirm(verb: string, code?: string): Promise<void> {
    await this.dialog.getByLabel("2FA code").fill(code ?? (await this.code()));
    await this.dialog.getByRole("button", { name: verb, exact: true }).click();
  }

  /** Presses the first button whose name matches. */
  async press(name: RegExp): Promise<void> {
    await this.page.getByRole("button", { name }).first().click();
  }

  async generate(): Promise<void> {
    await this.page.getByRole("button", { name: "Generate API key" }).first().click();
    await this.confirm("Generate");
    await expect(this.dialog).toBeHidden();
  }

  /**
   * Activates the first key that can be. Returns its key and, on a first activation, its secret.
   */
  async activate(ips = ""): Promise<{ key: string; secret: string }> {
    await this.press(/^Activate/);
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

  /** Presses Done and confirms, although nothing was copied. */
  async done(): Promise<void> {
    await this.page.getByRole("button", { name: "Done", exact: true }).click();
    await this.page.getByRole("button", { name: "Leave anyway" }).click();
    await expect(this.dialog).toBeHidden();
  }

  /** Presses Done in a dialog that shows no secret. */
  async close(): Promise<void> {
    await this.page.getByRole("button", { name: "Done", exact: true }).click();
    await expect(this.dialog).toBeHidden();
  }
}
