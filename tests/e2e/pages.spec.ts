import { sessionCookie } from "../kit/people/session";
import { expect, logInWithoutForm, test } from "./fixtures";
import { untilIdle } from "./idle";

test("every page has the strict headers, and its scripts have a new nonce", async ({ desk }) => {
  const { name, value } = await sessionCookie(desk.owner);
  const get = (path: string) => fetch(`${process.env.E2E_ORIGIN}${path}`, { headers: { cookie: `${name}=${value}` } });
  const first = await get(`/merchants/${desk.merchant.id}/api-keys`);
  const second = await fetch(`${process.env.E2E_ORIGIN}/login`);
  expect(await first.text()).toContain("Generate API key");
  for (const { status, headers } of [first, second]) {
    expect(status).toBe(200);
    const policy = headers.get("content-security-policy") ?? "";
    for (const rule of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "'strict-dynamic'"])
      expect(policy).toContain(rule);
    expect(/script-src[^;]*'unsafe-(inline|eval)'/.test(policy)).toBe(false);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cache-control")).toContain("no-store");
    expect(headers.get("x-powered-by")).toBeNull();
  }
  const nonce = ({ headers }: Response) => /'nonce-([^']+)'/.exec(headers.get("content-security-policy") ?? "")?.[1];
  expect(nonce(first)).toMatch(/./);
  expect(nonce(first)).not.toBe(nonce(second));
});

test("without JavaScript no form can be sent, and the page says that it needs it", async ({ browser, desk }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await logInWithoutForm(context, desk.owner);
  const page = await context.newPage();
  await page.goto(`/merchants/${desk.merchant.id}/api-keys`);
  const forms = await page.locator("form").count();
  for (let n = 0; n < forms; n++)
    expect(await page.locator("form").nth(n).locator("button[type=submit]:not([disabled])").count()).toBe(0);
  await expect(page.locator("noscript p")).toContainText("Countersign needs JavaScript. Turn it on for this site");
  await expect(page.locator("noscript p")).toBeVisible();
  await context.close();
});

test("a page's buttons work once it is hydrated", async ({ keys }) => {
  await expect(keys.page.locator("html")).toHaveAttribute("data-hydrated");
  await keys.page.getByRole("button", { name: "Generate API key" }).first().click();
  await expect(keys.dialog).toBeVisible();
});

test("no link prefetches: not in view, not on hover, not on focus", async ({ tab }) => {
  const ahead: string[] = [];
  tab.page.on("request", (each) => "rsc" in each.headers() && ahead.push(each.url()));
  await tab.open();
  const link = tab.page.getByRole("link", { name: "Team", exact: true });
  await link.hover();
  await link.focus();
  await untilIdle(tab.page);
  expect(ahead).toEqual([]);
  await link.click();
  await expect.poll(() => ahead).toHaveLength(1);
});
