import { type Browser, type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { db } from "@/lib/platform/db/db";
import { generated } from "../kit/people/api-keys";
import { makeOwner, type Owner, type Person } from "../kit/people/people";
import { type Minted, mintSession } from "../kit/people/session";
import { KeysTab } from "./keys-tab";
import { retryBusyPages } from "./retry-busy-pages";
import { findVisibleText } from "./visible-text";

export type Desk = { owner: Owner; merchant: { id: string; number: number; name: string } };
type Given = { desk: Desk; tab: KeysTab; keys: KeysTab; ready: KeysTab; elsewhere: Page; fresh: Page };
type Kept = { kept: Map<string, BrowserContext> };

/**
 * `desk`: a new merchant with one Owner. `tab`: that Owner, logged in without the form, about to
 * open the API keys tab. `keys`: the same with the tab open. `ready`: the same with a key to
 * activate. `elsewhere`: a page in a second browser context that shares nothing with `page`.
 * `fresh`: a page in a new context that no test has used.
 */
export const test = base.extend<Given, Kept>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  kept: [async ({}, use) => use(new Map()), { scope: "worker" }],
  context: async ({ browser, kept }, use) => use(await emptied(browser, kept, "context")),
  page: async ({ context }, use) => shown(context, use),
  elsewhere: async ({ browser, kept }, use) => shown(await emptied(browser, kept, "elsewhere"), use),
  fresh: async ({ context }, use) => {
    const own = await (context.browser() as Browser).newContext();
    const page = await own.newPage();
    retryBusyPages(page);
    await use(page);
    await own.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  desk: async ({}, use) => {
    const owner = await makeOwner();
    await use({ owner, merchant: await merchantOf(owner) });
  },
  tab: async ({ page, desk }, use) => {
    await logInWithoutForm(page.context(), desk.owner);
    await use(new KeysTab(page, desk));
  },
  keys: async ({ tab }, use) => {
    await tab.open();
    await use(tab);
  },
  ready: async ({ tab }, use) => {
    await generated(tab.desk.owner);
    await tab.open();
    await use(tab);
  },
});

export { expect, KeysTab };

/**
 * The context that a worker's tests share, so that the pages' scripts are fetched and compiled
 * once. Cookies, permissions and storage of the previous test are cleared. Its pages are closed,
 * except for the first, which no test sees: it keeps the renderer process alive.
 */
async function emptied(browser: Browser, kept: Map<string, BrowserContext>, name: string): Promise<BrowserContext> {
  const context = kept.get(name) ?? (await browser.newContext());
  if (!kept.has(name)) await context.newPage();
  kept.set(name, context);
  await Promise.all([context.clearCookies(), context.clearPermissions()]);
  return context;
}

async function shown(context: BrowserContext, use: (page: Page) => Promise<void>): Promise<void> {
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Storage.clearDataForOrigin", {
    origin: process.env.E2E_ORIGIN as string,
    storageTypes: "local_storage,indexeddb,service_workers,cache_storage",
  });
  await client.detach();
  const [first] = context.pages();
  findVisibleText(page);
  retryBusyPages(page);
  await use(page);
  await Promise.all(context.pages().map((each) => each !== first && each.close()));
}

function merchantOf({ merchantId: id }: Owner) {
  return db().merchant.findUniqueOrThrow({ where: { id }, select: { id: true, number: true, name: true } });
}

export async function logInWithoutForm(context: BrowserContext, person: Person): Promise<void> {
  await addSessionCookie(context, await mintSession(person));
}

/** Puts this session's cookie into the browser, as a login does. */
export async function addSessionCookie(context: BrowserContext, { cookie }: Pick<Minted, "cookie">): Promise<void> {
  await context.addCookies([{ ...cookie, url: process.env.E2E_ORIGIN, httpOnly: true, sameSite: "Lax" }]);
}
