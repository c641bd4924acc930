import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";

const MAX_REPEATS = 20;
const PAUSE_MS = 500;

/**
 * From now on, `page.goto` with a path opens it again while the server is too busy to read it: 503
 * with Retry-After, which is right and not under test there. A whole URL is opened once.
 */
export function retryBusyPages(page: Page): void {
  const goto = page.goto.bind(page);
  page.goto = async (url, options) => {
    for (let left = MAX_REPEATS; ; left--) {
      const response = await goto(url, options);
      const isBusy = response?.status() === 503 && "retry-after" in response.headers();
      if (!isBusy || left === 0 || !url.startsWith("/")) return response;
      console.log(`note: ${url} was opened again: the server was busy`);
      await sleep(PAUSE_MS);
    }
  };
}
