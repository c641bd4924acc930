import type { Page } from "@playwright/test";

declare global {
  interface Window {
    heard: string[];
  }
}

/**
 * What a screen reader says by itself: text that comes into a live region which was there before. A region that comes together with its text is
 * silent. Call it before the page is opened.
 */
export async function listen(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.heard = [];
    const LIVE = "[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
    new MutationObserver((changes) => {
      for (const { target, addedNodes, type } of changes) {
        const region = (target instanceof Element ? target : target.parentElement)?.closest(LIVE);
        const text = region?.textContent?.trim();
        if (text && (type === "characterData" || addedNodes.length > 0)) window.heard.push(text);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
}

export const heard = (page: Page): Promise<string[]> => page.evaluate(() => window.heard);

/** How often a sentence was said. */
export const timesHeard = async (page: Page, sentence: string): Promise<number> =>
  (await heard(page)).filter((text) => text.includes(sentence)).length;
