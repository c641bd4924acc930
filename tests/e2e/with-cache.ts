import type { Browser } from "@playwright/test";
import { test as base } from "./fixtures";

let browser: Promise<Browser> | undefined;

/**
 * For tests of the back-forward cache, which Playwright switches off and the headless shell does not have: their pages are in a full browser,
 * one for those that follow each other. It is started here and not by a project of its own, which would need worker processes of its own.
 */
export const test = base.extend({
  context: async ({ playwright }, use) => {
    const executablePath = process.env.CHROMIUM_PATH as string;
    browser ??= playwright.chromium.launch({ executablePath, args: [], ignoreDefaultArgs: ["--disable-back-forward-cache"] });
    const context = await (await browser).newContext();
    await use(context);
    await context.close();
  },
});

/** Ends the browser that the tests of a file had. */
export async function endBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}
