import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { db } from "@/lib/db";
import { asDatabaseOwner, moveFirstActivation } from "../kit/api-keys";
import { expect, logInWithoutForm, test } from "./fixtures";

// The secret on the screen: once, in one place, gone from everywhere when it should be.
test.use({ launchOptions: { executablePath: process.env.CHROMIUM_PATH, ignoreDefaultArgs: ["--disable-back-forward-cache"] } });

test("a reply lost on its way is asked for again, and the same key's secret is shown once", async ({ keys }) => {
  await keys.generate();
  let lost = 0;
  await keys.page.route("**/api-keys", async (route) => {
    if (route.request().method() !== "POST" || lost++) return route.fallback();
    await route.fetch();
    await route.abort("connectionreset");
  });
  const { secret } = await keys.activate();
  expect(secret).toMatch(/^[A-Za-z0-9]{64}$/);
  expect(lost).toBe(1);
  await expect.poll(async () => (await keyOf(keys.desk.merchant.id)).secretReceivedAt).not.toBeNull();
  const events = await db().auditEvent.groupBy({ by: ["event"], where: { merchantId: keys.desk.merchant.id }, _count: true });
  expect(Object.fromEntries(events.map(({ event, _count }) => [event, _count]))).toMatchObject({
    "api_key.activated": 1,
    "api_key.secret_received": 1,
  });
});

test("the receipt erases the copy", async ({ keys }) => {
  await keys.generate();
  await keys.activate();
  const { id } = await keyOf(keys.desk.merchant.id);
  await expect.poll(() => db().reveal.count({ where: { keyId: id } })).toBe(0);
});

test("the back-forward cache is on here: a control page comes back from it", async ({ page }) => {
  const control = createServer((_request, response) => response.setHeader("content-type", "text/html").end("<title>control</title>"));
  await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
  await page.goto(url);
  await page.evaluate(() => addEventListener("pageshow", (event) => Object.assign(window, { fromCache: event.persisted })));
  await page.goto(`${url}/next`);
  // Not page.goBack(): it waits for a load, and a page from the cache does not load.
  await page.evaluate(() => history.back());
  await expect.poll(() => page.evaluate(() => (window as { fromCache?: boolean }).fromCache).catch(() => null)).toBe(true);
  control.close();
});

test("Back after Done, to the page that showed it, shows no secret, nor does Forward", async ({ keys }) => {
  const { page } = keys;
  await keys.generate();
  const { secret } = await keys.activate();
  await keys.done();
  await page.goto("/api/health");
  for (const turn of ["goBack", "goForward", "goBack"] as const) {
    await page[turn]();
    if (turn === "goBack") await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
    await page.waitForLoadState("networkidle");
    await expect(async () => expect(await page.content()).not.toContain(secret)).toPass();
  }
});

for (const event of ["pagehide", "pageshow"]) {
  test(`${event} of a page kept in the back-forward cache takes the secret out of the DOM before anything is painted`, async ({ keys }) => {
    await keys.generate();
    const { secret } = await keys.activate();
    const left = await keys.page.evaluate((type) => {
      dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
      return document.documentElement.outerHTML;
    }, event);
    expect(left).not.toContain(secret);
  });
}

test("leaving while the secret is shown warns, and Back finds it wiped", async ({ keys }) => {
  const { page } = keys;
  await keys.generate();
  const { secret } = await keys.activate();
  const warned = new Promise<string>((resolve) =>
    page.once("dialog", async (dialog) => {
      resolve(dialog.type());
      await dialog.accept();
    }),
  );
  await page.getByRole("dialog").click();
  await page.goto("/api/health");
  expect(await warned).toBe("beforeunload");
  await page.goBack();
  await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
  expect(await page.content()).not.toContain(secret);
});

test("five minutes without activity hide the secret", async ({ page, desk }) => {
  await page.clock.install();
  await logInWithoutForm(page.context(), desk.owner);
  const { KeysTab } = await import("./fixtures");
  const keys = new KeysTab(page, desk);
  await keys.open();
  await keys.generate();
  const { secret } = await keys.activate();
  await page.clock.fastForward("04:50");
  expect(await page.content()).toContain(secret.slice(0, 4));
  await page.clock.fastForward("00:15");
  await expect(page.getByLabel("Secret key", { exact: true })).toHaveCount(0);
  expect(await page.content()).not.toContain(secret);
});

test("the secret is in no request, no other response, no storage, no URL, no input and no log", async ({ keys }) => {
  const { page } = keys;
  const bodies: string[] = [];
  const requests: string[] = [];
  page.on("request", (request) => requests.push(`${request.url()} ${request.postData() ?? ""} ${JSON.stringify(request.headers())}`));
  // Read on the way: Chromium does not keep the body of a fetch that the page reads as a stream.
  await page.route("**", async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const body = await response.body();
    bodies.push(body.toString("latin1"));
    await route.fulfill({ response, body });
  });
  await keys.generate();
  const { secret } = await keys.activate();
  expect(await page.locator("input").evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value))).not.toContain(
    secret,
  );
  expect(
    await page.evaluate(() =>
      [document.title, location.href, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie].join(),
    ),
  ).not.toContain(secret);
  await keys.done();
  await page.reload();
  await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
  await page.unrouteAll({ behavior: "wait" });
  expect(bodies.filter((body) => body.includes(secret))).toHaveLength(1);
  expect(requests.filter((request) => request.includes(secret))).toEqual([]);
  const { readFile } = await import("node:fs/promises");
  expect(await readFile(process.env.E2E_LOG as string, "utf8")).not.toContain(secret);
});

test("an undelivered secret raises a banner with its one remedy", async ({ keys }) => {
  await keys.generate();
  await keys.activate();
  await keys.done();
  await expect.poll(async () => (await keyOf(keys.desk.merchant.id)).secretReceivedAt).not.toBeNull();
  const { id } = await keyOf(keys.desk.merchant.id);
  await asDatabaseOwner("UPDATE api_keys SET secret_received_at = NULL WHERE id = $1", [id]);
  await moveFirstActivation(id, "-121 s");
  await keys.open();
  await expect(keys.page.getByRole("alert").filter({ hasText: /secret/i })).toContainText(/[Dd]eactivate/);
});

test("Copy works on plain HTTP, where the clipboard API is missing", async ({ keys }) => {
  const { page } = keys;
  await keys.generate();
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  const { secret } = await keys.activate();
  await page.evaluate(() =>
    document.addEventListener(
      "copy",
      () => Object.assign(window, { copied: String(getSelection()) || (document.activeElement as HTMLTextAreaElement).value }),
      { capture: true },
    ),
  );
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Copy secret key|^Copy$/ })
    .click();
  await expect.poll(() => page.evaluate(() => (window as { copied?: string }).copied)).toBe(secret);
});

async function keyOf(merchantId: string) {
  return db().apiKey.findFirstOrThrow({ where: { merchantId }, select: { id: true, secretReceivedAt: true } });
}
