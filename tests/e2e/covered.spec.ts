import type { Locator, Page } from "@playwright/test";
import { activated, generated } from "../kit/people/api-keys";
import { makeMember } from "../kit/people/people";
import { expect, type KeysTab, test } from "./fixtures";
import { activeKey, rotating } from "./rotating";

/* By geometry, on a phone: no toast lies over a control, no footer over the field in use. */

const PHONE = { width: 360, height: 640 };
/** What an on-screen keyboard leaves, where it makes the page shorter. */
const ABOVE_KEYBOARD = { width: 360, height: 480 };

/** What a toast covers, wherever the page is scrolled to while it is shown. */
const coveredByToast = (page: Page) =>
  page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const found = new Set<string>();
    const look = (y: number) => {
      const toasts = [...document.querySelectorAll("[data-toast]")].map((each) => each.getBoundingClientRect());
      if (toasts.length === 0) found.add("no toast is shown");
      for (const control of document.querySelectorAll("button, a[href], summary, input, output")) {
        const box = control.getBoundingClientRect();
        for (const toast of toasts) {
          const [left, right] = [Math.max(box.left, toast.left), Math.min(box.right, toast.right)];
          const [top, bottom] = [Math.max(box.top, toast.top), Math.min(box.bottom, toast.bottom)];
          if (left >= right || top >= bottom) continue;
          // A toast lets the pointer through, so this is what lies below it.
          const below = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
          if (control.contains(below)) found.add(`${control.outerHTML.slice(0, 80)} at ${y} px`);
        }
      }
    };
    const { scrollHeight } = document.documentElement;
    look(scrollY);
    for (let y = 0; y < scrollHeight; y += 90) {
      scrollTo(0, y);
      await frame();
      await frame();
      look(y);
    }
    return [...found];
  });

/** As long as a test looks at them. Nothing else waits for exactly as long as a toast is shown. */
const keepToasts = (page: Page) =>
  page.addInitScript(() => {
    const { setTimeout: later } = window;
    Object.assign(window, {
      setTimeout: (...given: Parameters<typeof later>) => (given[1] === 4_000 ? 0 : later(...given)),
    });
  });

const toast = (page: Page, text: string | RegExp) =>
  expect(page.locator("[data-toast]").filter({ hasText: text })).toBeVisible();

for (const width of [360, 1280]) {
  test(`at ${width} px the toast after Generate and after Copy covers no control of the list`, async ({ tab }) => {
    const { page } = tab;
    await keepToasts(page);
    await page.setViewportSize({ width, height: 640 });
    await generated(tab.desk.owner);
    await tab.open();
    await tab.generate();
    await toast(page, /generated/);
    await expect(page.getByRole("button", { name: /^Activate key/ })).toHaveCount(2);
    expect(await coveredByToast(page)).toEqual([]);
    await tab.press(/^Copy key/);
    await toast(page, /copied/);
    expect(await coveredByToast(page)).toEqual([]);
  });
}

test("at 360 px the toast after Copy covers no control of the dialog, nor the secret key", async ({ tab: ready }) => {
  const { page } = ready;
  await keepToasts(page);
  await page.setViewportSize(PHONE);
  await generated(ready.desk.owner);
  await ready.open();
  await ready.activate();
  for (const copied of [/^Copy key/, /^Copy secret key/, /^Copy both/]) {
    await ready.dialog.getByRole("button", { name: copied }).first().click();
    await toast(page, /copied/);
  }
  await expect(page.locator("[data-toast]")).toHaveCount(1);
  expect(await coveredByToast(page)).toEqual([]);
});

test("at 360 px the toast after Copy covers no control of the Integration tab", async ({ tab: { page, desk } }) => {
  await keepToasts(page);
  await page.setViewportSize(PHONE);
  await page.goto(`/merchants/${desk.merchant.id}/integration`);
  await page.getByRole("button", { name: /^Copy: the/ }).click();
  await toast(page, /[Cc]opied/);
  expect(await coveredByToast(page)).toEqual([]);
});

/** Null if the field is wholly visible, else what it is. */
const lost = (field: Locator) =>
  field.evaluate(async (element) => {
    for (let frames = 0; frames < 3; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
    const around = element.closest(".otp") ?? element;
    const box = around.getBoundingClientRect();
    const x = box.left + Math.min(box.width, 40) / 2;
    const seen = (y: number) => around.contains(document.elementFromPoint(x, y));
    return seen(box.top + 2) && seen(box.bottom - 2) ? null : element.outerHTML.slice(0, 120);
  });

/** With the dialog scrolled to `end`, a point where a part of the field is visible. */
const visiblePoint = (field: Locator, end: number) =>
  field.evaluate((element, top) => {
    const scroller = element.closest("[role=dialog]")?.parentElement as HTMLElement;
    (document.activeElement as HTMLElement | null)?.blur();
    scroller.scrollTop = top;
    const box = (element.closest(".otp") ?? element).getBoundingClientRect();
    const x = box.left + Math.min(box.width, 40) / 2;
    for (let y = Math.ceil(box.top); y < box.bottom; y += 2) {
      if (element.contains(document.elementFromPoint(x, y))) return { x, y };
    }
    return null;
  }, end);

/**
 * Uses each field of the dialog with the dialog scrolled to its top and to its end: by a tap where
 * a part of it is visible, else as Tab does. Returns those that are not wholly visible then.
 */
async function coveredFields(page: Page, dialog: Locator): Promise<string[]> {
  const found: string[] = [];
  const fields = await dialog.locator("input, textarea, select").all();
  for (const field of fields) {
    for (const end of [0, 10_000]) {
      const point = await visiblePoint(field, end);
      if (point) await page.mouse.click(point.x, point.y);
      else await field.focus();
      const covered = await lost(field);
      if (covered) found.push(`${covered} after a scroll to ${end}, ${point ? "tapped" : "by Tab"}`);
    }
  }
  expect(fields.length).toBeGreaterThan(0);
  return found;
}

type Opening = { name: string; make(tab: KeysTab): Promise<unknown>; path?: string; press: RegExp };
const twelve = Array.from({ length: 12 }, (_, index) => `45.33.32.${index + 1}`);
const DIALOGS: Opening[] = [
  { name: "Generate", make: ({ desk }) => generated(desk.owner), path: "api-keys", press: /^Generate API key/ },
  { name: "Activate", make: ({ desk }) => generated(desk.owner), path: "api-keys", press: /^Activate key/ },
  {
    name: "Edit IP addresses",
    make: ({ desk }) => activated(desk.owner, { allowedIps: twelve }),
    path: "api-keys",
    press: /^Edit IP addresses/,
  },
  { name: "Deactivate", make: ({ desk }) => activeKey(desk, twelve), path: "api-keys", press: /^Deactivate key/ },
  { name: "Rotate", make: ({ desk }) => activeKey(desk, twelve), path: "api-keys", press: /^Rotate key/ },
  { name: "Take over", make: ({ desk }) => rotating(desk, "manual"), path: "api-keys", press: /^Take over now/ },
  { name: "Cancel rotation", make: ({ desk }) => rotating(desk), path: "api-keys", press: /^Cancel rotation/ },
  {
    name: "Deactivate with a key on standby",
    make: ({ desk }) => rotating(desk),
    path: "api-keys",
    press: /^Deactivate key/,
  },
  { name: "Add users", make: async () => {}, path: "team", press: /^Add users/ },
  {
    name: "Change role",
    make: ({ desk }) => makeMember("limits", desk.merchant.id),
    path: "team",
    press: /^Change role of/,
  },
  { name: "Change password", make: async () => {}, press: /^Change password/ },
  { name: "New recovery codes", make: async () => {}, press: /^New codes for recovery/ },
  { name: "Move to a new device", make: async () => {}, press: /^Move to a new device/ },
];

for (const { name, make, path, press } of DIALOGS) {
  test(`on a phone each field in use of the dialog "${name}" is wholly visible`, async ({ tab }) => {
    const { page } = tab;
    await make(tab);
    await page.setViewportSize(PHONE);
    await page.goto(path ? `/merchants/${tab.desk.merchant.id}/${path}` : "/account");
    await page.getByRole("button", { name: press }).first().click();
    await expect(tab.dialog).toHaveCSS("opacity", "1");
    for (const focused of await tab.dialog.locator("input:focus").all()) expect(await lost(focused)).toBeNull();
    for (const size of [PHONE, ABOVE_KEYBOARD]) {
      await page.setViewportSize(size);
      expect(await coveredFields(page, tab.dialog), `${size.width} x ${size.height}`).toEqual([]);
    }
  });
}
