import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "./fixtures";
import { untilIdle } from "./idle";
import { endBrowser, test } from "./with-cache";

// The back-forward cache and the secret, in one browser that has such a cache, for all these
// tests.
test.describe.configure({ mode: "default" });
test.afterAll(endBrowser);

test("the back-forward cache is enabled: a control page is restored from it", async ({ page }) => {
  const control = createServer((_request, response) =>
    response.setHeader("content-type", "text/html").end("<title>control</title>"),
  );
  await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
  await page.goto(url);
  await page.evaluate(() =>
    addEventListener("pageshow", (event) => Object.assign(window, { fromCache: event.persisted })),
  );
  await page.goto(`${url}/next`);
  // Not page.goBack(): it waits for a load, and a page from the cache does not load.
  await page.evaluate(() => history.back());
  await expect
    .poll(() => page.evaluate(() => (window as { fromCache?: boolean }).fromCache).catch(() => null))
    .toBe(true);
  control.close();
});

test("Back after Done, to the page that showed it, shows no secret, nor does Forward", async ({ ready: keys }) => {
  const { page } = keys;
  const { secret } = await keys.activate();
  await keys.done();
  await page.goto("/api/health");
  for (const turn of ["goBack", "goForward", "goBack"] as const) {
    await page[turn]();
    if (turn === "goBack") await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
    // A restored page may reload itself, which aborts the calls on it.
    await expect(async () => {
      await untilIdle(page);
      expect(await page.content()).not.toContain(secret);
    }).toPass();
  }
});

test("leaving while the secret is shown warns, and Back finds it wiped", async ({ ready: keys }) => {
  const { page } = keys;
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
