import type { Page } from "@playwright/test";

/**
 * Waits until the page has had time for its idle work, and a request made after that has
 * completed.
 */
export async function untilIdle(page: Page): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestIdleCallback(resolve))));
    await page.evaluate(() => fetch("/api/health", { cache: "no-store" }).then((response) => response.text()));
  }
}
