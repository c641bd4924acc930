import type { Browser } from "@playwright/test";
import { test as base } from "./fixtures";

let browser: Promise<Browser> | undefined;

/**
 * For tests of the back-forward cache, which Playwright turns off and the headless shell does not
 * have. They use a full browser, one for consecutive tests. It is started here and not by a
 * separate project, which would need its own worker processes.
 */
export const test = base.extend({
  context: async ({ playwright }, use) => {
    const executablePath = process.env.CHROMIUM_PATH as string;
    browser ??= playwright.chromium.launch({
      executablePath,
      args: [],
      ignoreDefaultArgs: ["--disable-back-forward-cache"],
    });
    const context = await (await browser).newContext();
    await use(context);
    await context.close();
  },
});

/** Ends the browser of a file's tests. */
export async function endBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}
