import AxeBuilder from "@axe-core/playwright";
import type { BrowserContextOptions, Page } from "@playwright/test";
import { expect } from "./fixtures";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDTHS = [320, 360, 768, 960, 1100, 1440, 1920];

/** Each theme once and each of the two widths once: colours hang on the one and sizes on the other, never on both. */
export const LOOKS = [
  { colorScheme: "light", viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" },
  { colorScheme: "dark", viewport: { width: 360, height: 860 }, reducedMotion: "reduce" },
] as const satisfies BrowserContextOptions[];

export const lookName = ({ colorScheme, viewport }: (typeof LOOKS)[number]) => `${colorScheme}, ${viewport.width} px`;

/** What is on the page breaks no rule of WCAG 2.2 AA and, drawn for a desk, overflows at no width from 320 to 1920 px. */
export async function judge(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ target }) => target).join(" ")}`)).toEqual([]);
  const size = page.viewportSize();
  if (!size) throw new Error("A page to judge has a size.");
  for (const width of size.width < 1280 ? [size.width] : [...WIDTHS, size.width]) {
    await page.setViewportSize({ ...size, width });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `${name} at ${width}`).toBeLessThanOrEqual(width);
  }
}
