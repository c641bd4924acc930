import type { Page } from "@playwright/test";
import axe from "axe-core";
import { test as base, expect } from "./fixtures";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const HEIGHT = 860;
/**
 * Each theme once and each of the two sizes once: colours depend on the theme and layout on the
 * size, never on both.
 */
const PHONE = { look: "dark, 360 px", colorScheme: "dark", width: 360 } as const;
const DESK = { look: "light, 1280 px", colorScheme: "light", width: 1280 } as const;
/** With the few colours that a user has chosen. */
const FORCED = { look: "forced colours, 1280 px", colorScheme: "dark", width: 1280, forcedColors: "active" } as const;
const WIDTHS = [320, 360, 768, 960, 1100, 1440, 1920];

/**
 * For tests that call `checkAccessibility`. Their pages are loaded and used on a dark phone (other
 * tests use a desktop), under a strict CSP, without foreign requests and without errors.
 */
export const test = base.extend<{ trouble: string[] }>({
  trouble: [
    async ({ page }, use) => {
      const trouble = watch(page);
      await show(page, PHONE);
      await use(trouble);
      expect(trouble).toEqual([]);
    },
    { auto: true },
  ],
});

function watch(page: Page): string[] {
  const trouble: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy|Hydration|did not match/i.test(message.text())) trouble.push(message.text());
  });
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(process.env.E2E_ORIGIN as string) && !/^(data|blob):/.test(request.url()))
      trouble.push(request.url());
  });
  return trouble;
}

/**
 * The page breaks no rule of WCAG 2.2 AA, dark on a phone, light on a desktop and in forced
 * colours, and does not overflow at any tested width from 320 to 1920 px. The page is loaded once,
 * because only style sheets depend on width and theme.
 */
export async function checkAccessibility(page: Page, name: string): Promise<void> {
  const found: string[] = [];
  for (const each of [PHONE, DESK, FORCED]) {
    await show(page, each);
    // Instead of axe's rule about it, which does not wait: while a page is read again, its title is
    // replaced a moment after it was taken away.
    await expect(page).toHaveTitle(/\S/);
    for (const problem of [...(await violations(page)), ...(await overflow(page))])
      found.push(`${name}, ${each.look}: ${problem}`);
  }
  for (const problem of await overflows(page)) found.push(`${name}: ${problem}`);
  await show(page, PHONE);
  expect(found).toEqual([]);
}

/**
 * At the other widths only the layout counts, so nothing is painted: transparent elements still
 * take up space.
 */
async function overflows(page: Page): Promise<string[]> {
  const setOpacity = (value: string) =>
    page.evaluate((it) => document.documentElement.style.setProperty("opacity", it), value);
  await setOpacity("0");
  const found: string[] = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    found.push(...(await overflow(page)));
  }
  await setOpacity("");
  return found;
}

async function overflow(page: Page): Promise<string[]> {
  const { width } = page.viewportSize() as { width: number };
  const needed = await page.evaluate(() => document.documentElement.scrollWidth);
  return needed > width ? [`at ${width} px it is ${needed} px wide`] : [];
}

type Look = { look: string; colorScheme: "light" | "dark"; width: number; forcedColors?: "active" | "none" };

async function show(page: Page, { colorScheme, width, forcedColors = "none" }: Look): Promise<void> {
  await page.setViewportSize({ width, height: HEIGHT });
  await page.emulateMedia({ colorScheme, forcedColors });
}

/** Runs the rules in the page itself, which has no frames. They are injected once. */
async function violations(page: Page): Promise<string[]> {
  expect(page.frames()).toHaveLength(1);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (tags) => {
    // In forced colours, Chromium returns a text's own fill colour but draws the forced one.
    const { getComputedStyle } = window;
    if (matchMedia("(forced-colors: active)").matches)
      window.getComputedStyle = (...of) => {
        const style = getComputedStyle(...of);
        const read = style.getPropertyValue.bind(style);
        style.getPropertyValue = (name) => read(name === "-webkit-text-fill-color" ? "color" : name);
        return style;
      };
    const { run } = (window as unknown as { axe: typeof axe }).axe;
    const results = await run(document, {
      runOnly: { type: "tag", values: tags },
      rules: { "document-title": { enabled: false } },
      resultTypes: ["violations"],
    });
    window.getComputedStyle = getComputedStyle;
    return results.violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target).join(" ")}`);
  }, TAGS);
}
