import { readFile } from "node:fs/promises";
import { db } from "@/lib/platform/db/db";
import { activated, generated, moveFirstActivation } from "../kit/people/api-keys";
import { expect, KeysTab, logInWithoutForm, test } from "./fixtures";

// The secret on the screen: shown once, in one place, and gone from everywhere when it should be.

test("a lost reply is requested again, and the same key's secret is shown once", async ({ ready: keys }) => {
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
  const events = await db().auditEvent.groupBy({
    by: ["event"],
    where: { merchantId: keys.desk.merchant.id },
    _count: true,
  });
  expect(Object.fromEntries(events.map(({ event, _count }) => [event, _count]))).toMatchObject({
    "api_key.activated": 1,
    "api_key.secret_received": 1,
  });
});

test("the receipt erases the copy", async ({ ready: keys }) => {
  await keys.activate();
  const { id } = await keyOf(keys.desk.merchant.id);
  await expect.poll(() => db().reveal.count({ where: { keyId: id } })).toBe(0);
});

for (const event of ["pagehide", "pageshow"]) {
  test(`${event} of a page kept in the back-forward cache takes the secret out of the DOM before anything is painted`, async ({
    ready: keys,
  }) => {
    const { secret } = await keys.activate();
    const left = await keys.page.evaluate((type) => {
      dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
      return document.documentElement.outerHTML;
    }, event);
    expect(left).not.toContain(secret);
  });
}

test("five minutes without activity hide the secret", async ({ fresh: page, desk }) => {
  await page.clock.install();
  await logInWithoutForm(page.context(), desk.owner);
  await generated(desk.owner);
  const keys = new KeysTab(page, desk);
  await keys.open();
  const { secret } = await keys.activate();
  await page.clock.fastForward("04:50");
  expect(await page.content()).toContain(secret.slice(0, 4));
  await page.clock.fastForward("00:15");
  await expect(page.getByLabel("Secret key", { exact: true })).toHaveCount(0);
  expect(await page.content()).not.toContain(secret);
});

test("the secret is in no request, no other response, no storage, no URL, no input and no log", async ({
  ready: keys,
}) => {
  const { page } = keys;
  const bodies: string[] = [];
  const requests: string[] = [];
  page.on("request", (request) =>
    requests.push(`${request.url()} ${request.postData() ?? ""} ${JSON.stringify(request.headers())}`),
  );
  // Read in transit: Chromium does not keep the body of a fetch that the page reads as a stream.
  await page.route("**", async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const body = await response.body();
    bodies.push(body.toString("latin1"));
    await route.fulfill({ response, body });
  });
  const { secret } = await keys.activate();
  expect(
    await page.locator("input").evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value)),
  ).not.toContain(secret);
  expect(
    await page.evaluate(() =>
      [
        document.title,
        location.href,
        JSON.stringify(localStorage),
        JSON.stringify(sessionStorage),
        document.cookie,
      ].join(),
    ),
  ).not.toContain(secret);
  await keys.done();
  await page.reload();
  await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
  await page.unrouteAll({ behavior: "wait" });
  expect(bodies.filter((body) => body.includes(secret))).toHaveLength(1);
  expect(requests.filter((request) => request.includes(secret))).toEqual([]);
  expect(await readFile(process.env.E2E_LOG as string, "utf8")).not.toContain(secret);
});

test("an undelivered secret shows a banner with its one remedy", async ({ tab }) => {
  const { id } = await activated(tab.desk.owner);
  await moveFirstActivation(id, "-121 s");
  await tab.open();
  await expect(tab.page.getByRole("alert").filter({ hasText: /secret/i })).toContainText(/[Dd]eactivate/);
});

test("Copy works on plain HTTP, where the clipboard API is missing", async ({ ready: keys }) => {
  const { page } = keys;
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  const { secret } = await keys.activate();
  await page.evaluate(() =>
    document.addEventListener(
      "copy",
      () =>
        Object.assign(window, {
          copied: String(getSelection()) || (document.activeElement as HTMLTextAreaElement).value,
        }),
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
