import type { Locator, Page } from "@playwright/test";

/** An announced text is on the page twice: where it is visible, and in a hidden status region. */
const UNSEEN = ':not([role="status"].sr-only, [role="status"].sr-only *)';

type Finder = { getByText: Locator["getByText"] };

/**
 * From now on, getByText in this process ignores text that is only for screen readers;
 * tests/e2e/screen-reader.ts reads that.
 */
export function findVisibleText(page: Page): void {
  const finders: Finder[] = [Object.getPrototypeOf(page), Object.getPrototypeOf(page.locator("html"))];
  for (const finder of finders) {
    const { getByText } = finder;
    if (getByText.name === "getSeenText") continue;
    finder.getByText = function getSeenText(this: Page | Locator, ...of) {
      const all = "mainFrame" in this ? this : this.page();
      return getByText.apply(this, of).and(all.locator(UNSEEN));
    };
  }
}
