import { setTimeout as sleep } from "node:timers/promises";
import type { Page, Request } from "@playwright/test";
import { generated } from "../kit/people/api-keys";
import { expect, logInWithoutForm, test } from "./fixtures";
import { untilIdle } from "./idle";
import { listen } from "./screen-reader";
import { accepted } from "./signed";

/* On a slow network no press is lost, nothing is silent, and little is sent. */

/** Holds matching requests until they are released. */
async function held(page: Page, what: string | RegExp | ((url: URL) => boolean)): Promise<() => void> {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(what, async (route) => {
    await gate;
    await route.continue();
  });
  return release;
}

const SCRIPTS = /\/_next\/static\/.*\.js/;

for (const [how, press] of [
  ["a press", (page: Page) => page.getByRole("button", { name: "Continue" }).click()],
  ["Enter", (page: Page) => page.getByLabel("Password").press("Enter")],
] as const) {
  test(`${how} before hydration is remembered and repeated after it`, async ({ page }) => {
    const release = await held(page, SCRIPTS);
    await page.goto("/login", { waitUntil: "commit" });
    await page.getByLabel("Email").fill("someone@acme.example");
    await page.getByLabel("Password").fill("whatever it is");
    await press(page);
    await expect(page.getByRole("button", { name: "Continue" })).toHaveAttribute("aria-busy", "true");
    release();
    await expect(page.getByLabel("2FA code")).toBeFocused();
    await expect(page.getByText("someone@acme.example")).toBeVisible();
  });
}

test("a dialog whose button is pressed before hydration opens after it", async ({ page, desk }) => {
  await logInWithoutForm(page.context(), desk.owner);
  const release = await held(page, SCRIPTS);
  await page.goto(`/merchants/${desk.merchant.id}/api-keys`, { waitUntil: "commit" });
  await page.getByRole("button", { name: "Generate API key" }).first().click();
  release();
  await expect(page.getByRole("dialog", { name: /Generate API key/ })).toBeVisible();
});

test("while the next page loads, this is shown and announced", async ({ tab }) => {
  const { page } = tab;
  await tab.open();
  const { hears } = await listen(page);
  const release = await held(page, (url) => url.pathname.endsWith("/team"));
  await page.getByRole("link", { name: "Team", exact: true }).click();
  await expect(page.locator("[data-navigating]")).toHaveCSS("opacity", "1");
  await hears("said: Loading…");
  await expect(page.locator("main")).toHaveCSS("opacity", "0.55");
  release();
  await expect(page.getByRole("heading", { name: "Team", exact: true })).toBeVisible();
  await expect(page.locator("[data-navigating]")).toHaveCount(0);
  await expect(page.locator("main")).toHaveCSS("opacity", "1");
});

test("a page that takes longer to read than the pause between two checks is read once at a time, and shows the first request", async ({
  ready: keys,
}) => {
  const { page } = keys;
  const pair = await keys.activate();
  await keys.done();
  let [reading, most] = [0, 0];
  await page.route(
    (url) => url.pathname.endsWith("/api-keys"),
    async (route) => {
      most = Math.max(most, ++reading);
      await sleep(4_000);
      reading--;
      await route.continue();
    },
  );
  await accepted(pair);
  await expect(page.getByRole("region", { name: "First request" })).toContainText("First request accepted");
  expect(most).toBe(1);
});

/** The transferred size of a page's scripts, in KiB. */
async function scriptsOf(page: Page, open: () => Promise<unknown>): Promise<number> {
  const asked: Request[] = [];
  const scripts: Request[] = [];
  const watch = (all: Request[]) => (request: Request) =>
    void (request.resourceType() === "script" && all.push(request));
  const [asks, ends] = [watch(asked), watch(scripts)];
  page.on("request", asks).on("requestfinished", ends);
  await open();
  await untilIdle(page);
  await expect.poll(() => asked.filter((each) => !scripts.includes(each)).map((each) => each.url())).toEqual([]);
  page.off("request", asks).off("requestfinished", ends);
  expect(scripts.length).toBeGreaterThan(3);
  const sizes = await Promise.all(scripts.map((request) => request.sizes()));
  return sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0) / 1024;
}

test("the scripts of the API keys page weigh 170 kB at most; those of its dialogs come when one is opened", async ({
  fresh,
  desk,
}) => {
  await logInWithoutForm(fresh.context(), desk.owner);
  for (let count = 0; count < 3; count++) await generated(desk.owner);
  const weight = await scriptsOf(fresh, () => fresh.goto(`/merchants/${desk.merchant.id}/api-keys`));
  console.log(`note: the scripts of the API keys page weigh ${weight.toFixed(1)} kB`);
  expect(weight).toBeLessThanOrEqual(170);
  const more = fresh.waitForRequest(SCRIPTS);
  await fresh.getByRole("button", { name: "Generate API key" }).first().click();
  await more;
  await expect(fresh.getByRole("dialog", { name: /Generate API key/ })).toBeVisible();
});

/** An empty page of the same Next weighs 112 kB. */
test("the scripts of the login weigh 124 kB at most; those after the password come when a field is filled in", async ({
  fresh,
}) => {
  const weight = await scriptsOf(fresh, () => fresh.goto("/login"));
  console.log(`note: the scripts of the login weigh ${weight.toFixed(1)} kB`);
  expect(weight).toBeLessThanOrEqual(124);
  const more = fresh.waitForRequest(SCRIPTS);
  await fresh.getByLabel("Email").focus();
  await more;
});

test("without what follows the password, Continue says so and keeps the input; once it comes, it goes on", async ({
  fresh,
}) => {
  await fresh.goto("/login");
  await expect(fresh.locator("html")).toHaveAttribute("data-hydrated");
  await fresh.route(SCRIPTS, (route) => route.abort());
  await fresh.getByLabel("Email").fill("someone@acme.example");
  await fresh.getByLabel("Password").fill("whatever it is");
  const next = fresh.getByRole("button", { name: "Continue" });
  await next.click();
  await expect(fresh.getByText("A part of this page could not be loaded.")).toBeVisible();
  await expect(fresh.getByLabel("Password")).toHaveValue("whatever it is");
  await fresh.unroute(SCRIPTS);
  await next.click();
  await expect(fresh.getByLabel("2FA code")).toBeFocused();
});
