import type { Locator, Page } from "@playwright/test";

/** What is announced stands twice on a page: where it is seen, and in a status region that nobody sees. */
const UNSEEN = ':not([role="status"].sr-only, [role="status"].sr-only *)';

type Finder = { getByText: Locator["getByText"] };

/** From now on getByText finds in this process only what is not there for screen readers alone; tests/e2e/listen.ts reads that. */
export function findSeenText(page: Page): void {
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
