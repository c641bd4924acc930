import type { Page } from "@playwright/test";

/** Waits until the page has had time for what it does when nothing else is to do, and has asked for something after that. */
export async function idle(page: Page): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestIdleCallback(resolve))));
    await page.evaluate(() => fetch("/api/health", { cache: "no-store" }).then((response) => response.text()));
  }
}
