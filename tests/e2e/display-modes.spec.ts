import type { Page } from "@playwright/test";
import { activated, generated } from "../kit/people/api-keys";
import { test } from "./check-accessibility";
import { expect } from "./fixtures";

// Other ways to see the pages: in forced colours, four times as large, with a tooltip, on paper.

test("in forced colours a dialog, a chosen reason and the boxes of a code have edges", async ({ tab: keys }) => {
  await activated(keys.desk.owner);
  await keys.open();
  await keys.press(/^Deactivate/);
  await keys.dialog.getByRole("radio", { name: "Secret lost" }).check();
  await keys.page.emulateMedia({ forcedColors: "active" });
  await expect(keys.dialog).toHaveCSS("border-top-width", "1px");
  await expect(keys.dialog.locator("label", { hasText: "Secret lost" })).toHaveCSS("outline-style", "solid");
  await keys.page.emulateMedia({ forcedColors: "none" });
});

/** The element that covers the focused one, if any. */
const covering = (page: Page) =>
  page.evaluate(() => {
    const focused = document.activeElement as HTMLElement;
    const { left, top, width, height } = focused.getBoundingClientRect();
    const over = document.elementFromPoint(left + Math.min(width, innerWidth) / 2, top + Math.min(height, 40) / 2);
    const same = over && (focused.contains(over) || over.contains(focused) || over.closest("label")?.contains(focused));
    return same
      ? null
      : `${focused.outerHTML.slice(0, 80)} is under ${over?.outerHTML.slice(0, 80) ?? "nothing: it is out of sight"}`;
  });

test("at 400 % zoom each focused control of a dialog is visible and not covered", async ({ tab: keys }) => {
  await activated(keys.desk.owner);
  await keys.page.setViewportSize({ width: 320, height: 256 });
  await keys.open();
  await keys.press(/^Deactivate/);
  for (let presses = 0; presses < 8; presses++) {
    await keys.page.keyboard.press("Tab");
    await expect(
      keys.page.locator("[data-base-ui-focus-guard]:focus"),
      "what leads the focus round holds it for a moment",
    ).toHaveCount(0);
    expect(await covering(keys.page)).toBeNull();
  }
});

test("an icon button shows its tooltip on hover and on focus, until Escape", async ({ tab: keys }) => {
  const { number } = await activated(keys.desk.owner);
  await keys.page.setViewportSize({ width: 1280, height: 860 });
  await keys.open();
  const copy = keys.page.getByRole("button", { name: `Copy key ${number}` });
  const tip = keys.page.locator(".tooltip");
  await copy.hover();
  await expect(tip).toHaveText(`Copy key ${number}`);
  await keys.page.keyboard.press("Escape");
  await expect(tip).toHaveCount(0);
  await keys.page.mouse.move(0, 0);
  await keys.page.getByRole("button", { name: "Generate API key" }).focus();
  await keys.page.keyboard.press("Tab");
  await keys.page.keyboard.press("Tab");
  await expect(tip).toHaveText(`Copy key ${number}`);
});

test("a printed page has the keys, no buttons and never a secret", async ({ tab: keys }) => {
  await generated(keys.desk.owner);
  await keys.open();
  await keys.activate();
  await keys.page.emulateMedia({ media: "print" });
  await expect(keys.page.locator("tr [data-kind=key]").first()).toBeVisible();
  await expect(keys.page.locator("[data-kind=secret]")).toBeHidden();
  await expect(keys.page.locator("button:visible")).toHaveCount(0);
  await keys.page.emulateMedia({ media: "screen" });
});
