import type { Page } from "@playwright/test";
import { expect } from "./fixtures";

/**
 * What a screen reader would say, in order: each change in a live region that was there before its
 * text, and each element that takes the focus, with its name, its description and whether it is
 * invalid. A region is said as a whole, or only what was added if it is not atomic. A region that
 * appears together with its text, and a focus that stays, say nothing.
 */
export async function listen(
  page: Page,
): Promise<{ hears(words: string | RegExp): Promise<void>; heard(): Promise<string[]> }> {
  await page.evaluate(install);
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  const hears = async (words: string | RegExp) => {
    const pattern = typeof words === "string" ? new RegExp(words.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")) : words;
    await expect
      .poll(async () => (await heard()).find((line) => pattern.test(line)) ?? (await heard()).join("\n"))
      .toMatch(pattern);
  };
  return { hears, heard };
}

function install(): void {
  const LIVE = "[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
  const heard: string[] = [];
  Object.assign(window, { heard });
  const known = new WeakSet<Element>(document.querySelectorAll(LIVE));
  const words = (text: string | null | undefined) => (text ?? "").replaceAll(/\s+/g, " ").trim();

  const isHidden = (element: Element) =>
    element.closest("[aria-hidden=true], [inert]") !== null || !element.checkVisibility({ visibilityProperty: true });

  new MutationObserver((changes) => {
    const regions = new Map<Element, string[]>();
    for (const { target, addedNodes, type } of changes) {
      const region = (target instanceof Element ? target : target.parentElement)?.closest(LIVE);
      if (!region || (addedNodes.length === 0 && type !== "characterData")) continue;
      const added = region.ariaAtomic === "false" ? [...addedNodes] : [];
      regions.set(region, [...(regions.get(region) ?? []), ...added.map(({ textContent }) => words(textContent))]);
    }
    for (const [region, added] of regions) {
      if (!known.has(region) || isHidden(region)) continue;
      const said = region.ariaAtomic === "false" ? added : [words(region.textContent)];
      heard.push(...said.filter(Boolean).map((text) => `said: ${text}`));
    }
    for (const region of document.querySelectorAll(LIVE)) if (!isHidden(region)) known.add(region);
  }).observe(document, { subtree: true, childList: true, characterData: true });

  const textOf = (ids: string | null) =>
    words(
      (ids ?? "")
        .split(" ")
        .map((id) => (id ? (document.getElementById(id)?.textContent ?? "") : ""))
        .join(" "),
    );
  const nameOf = (element: Element) =>
    element.getAttribute("aria-label") ||
    textOf(element.getAttribute("aria-labelledby")) ||
    (element instanceof HTMLInputElement && words(element.labels?.[0]?.textContent)) ||
    words(element.textContent);
  addEventListener("focusin", ({ target }) => {
    if (!(target instanceof Element)) return;
    const refused = target.getAttribute("aria-invalid") === "true" ? " (refused)" : "";
    heard.push(`focus: ${nameOf(target)}${refused} ${textOf(target.getAttribute("aria-describedby"))}`.trim());
  });
}
