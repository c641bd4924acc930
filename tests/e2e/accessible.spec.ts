import type { Page } from "@playwright/test";
import { expect, KeysTab, logInWithoutForm, test } from "./fixtures";
import { judge, LOOKS, lookName } from "./judge";

// WCAG 2.2 AA, no overflow, a strict CSP and nothing from elsewhere: every page and dialog, light and dark, phone and desk.
function watch(page: Page) {
  const trouble: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy|Hydration|did not match/i.test(message.text())) trouble.push(message.text());
  });
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(process.env.E2E_ORIGIN as string) && !/^(data|blob):/.test(request.url())) trouble.push(request.url());
  });
  return trouble;
}

for (const look of LOOKS) {
  test(`no page or dialog breaks the rules (${lookName(look)})`, async ({ browser, desk }) => {
    test.setTimeout(120_000);
    const context = await browser.newContext({ ...look, baseURL: process.env.E2E_ORIGIN });
    const page = await context.newPage();
    const trouble = watch(page);
    await page.goto("/login");
    await judge(page, "login");
    await page.getByLabel("Email").fill("someone@acme.example");
    await page.getByLabel("Password").fill("a password");
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page.getByLabel("2FA code")).toBeVisible();
    await judge(page, "login, code");
    await page.getByLabel("2FA code").fill("123456");
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page.getByText("is not right")).toBeVisible();
    await judge(page, "login, refused");
    await page.goto("/nowhere");
    await judge(page, "not found");

    await logInWithoutForm(context, desk.owner);
    await page.goto("/merchants");
    await judge(page, "overview");
    const keys = new KeysTab(page, desk);
    await keys.open();
    await judge(page, "empty tab");
    await page.getByRole("button", { name: "Generate API key" }).first().click();
    await judge(page, "generate");
    await keys.confirm("Generate");
    await expect(keys.dialog).toBeHidden();
    await keys.generate();
    await judge(page, "two keys");
    await page
      .getByRole("button", { name: /^Activate/ })
      .first()
      .click();
    await keys.dialog.getByLabel("IP addresses").fill("45.33.32.7 10.0.0.300 2600:1f18:40::/48");
    await keys.dialog.getByLabel("IP addresses").press("Enter");
    await judge(page, "activate");
    await page.keyboard.press("Escape");
    await expect(keys.dialog).toBeHidden();
    await keys.activate("45.33.32.7, 2600:1f18:40::/48");
    await judge(page, "activated");
    await keys.done();
    await judge(page, "active key");
    await page.getByRole("button", { name: /^and 1 other/ }).click();
    await judge(page, "addresses");
    await page.keyboard.press("Escape");
    await page
      .getByRole("button", { name: /^Edit IP addresses/ })
      .first()
      .click();
    await judge(page, "edit");
    await page.keyboard.press("Escape");
    await expect(keys.dialog).toBeHidden();
    await page
      .getByRole("button", { name: /^Deactivate/ })
      .first()
      .click();
    await judge(page, "deactivate");
    await keys.dialog.getByRole("radio", { name: "Secret lost" }).check();
    await keys.confirm("Deactivate");
    await expect(keys.dialog).toContainText(/retired/i);
    await expect(keys.dialog.getByLabel("2FA code")).toHaveCount(0);
    await judge(page, "deactivation");
    expect(trouble).toEqual([]);
    await context.close();
  });
}

test("every page carries the strict headers, and its scripts a nonce of their own", async ({ keys, request }) => {
  const first = await keys.page.request.get(`/merchants/${keys.desk.merchant.id}/api-keys`);
  const second = await request.get("/login");
  for (const response of [first, second]) {
    const headers = response.headers();
    const policy = headers["content-security-policy"] ?? "";
    for (const rule of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "'strict-dynamic'"])
      expect(policy).toContain(rule);
    expect(/script-src[^;]*'unsafe-(inline|eval)'/.test(policy)).toBe(false);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
    expect(headers["cache-control"]).toContain("no-store");
    expect(headers["x-powered-by"]).toBeUndefined();
  }
  const nonce = (response: typeof first) => /'nonce-([^']+)'/.exec(response.headers()["content-security-policy"] ?? "")?.[1];
  expect(nonce(first)).not.toBe(nonce(second));
});

test("a slow or silent server leaves every button safe to press before the page is ready", async ({ browser, desk }) => {
  const context = await browser.newContext({ baseURL: process.env.E2E_ORIGIN, javaScriptEnabled: false });
  await logInWithoutForm(context, desk.owner);
  const page = await context.newPage();
  await page.goto(`/merchants/${desk.merchant.id}/api-keys`);
  const forms = await page.locator("form").count();
  for (let n = 0; n < forms; n++) expect(await page.locator("form").nth(n).locator("button[type=submit]:not([disabled])").count()).toBe(0);
  const presses = await page.locator("button").evaluateAll((buttons) => buttons.map((button) => getComputedStyle(button).pointerEvents));
  expect(presses.length).toBeGreaterThan(0);
  expect(presses.filter((value) => value !== "none")).toEqual([]);
  await context.close();
});

test("a page that is ready lets its buttons be pressed", async ({ keys }) => {
  await expect(keys.page.locator("html")).toHaveAttribute("data-alive");
  await expect(keys.page.getByRole("button", { name: "Generate API key" }).first()).toHaveCSS("pointer-events", "auto");
});
