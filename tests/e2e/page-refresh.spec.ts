import { asDatabaseOwner, generated } from "../kit/people/api-keys";
import { mintSession } from "../kit/people/session";
import { carry, expect, KeysTab, test } from "./fixtures";

// Pages read themselves again if something has changed, and only then.

const focus = (keys: KeysTab) => keys.page.evaluate(() => dispatchEvent(new Event("focus")));

test("a page that becomes visible again shows changes, and does not reload without any", async ({ tab: keys }) => {
  await keys.open();
  const read: string[] = [];
  keys.page.on("request", (request) => "rsc" in request.headers() && read.push(request.url()));
  const asked = () => keys.page.waitForResponse((response) => response.url().endsWith("/version"));
  const [unchanged] = await Promise.all([asked(), focus(keys)]);
  expect(unchanged.status()).toBe(304);
  expect(read).toEqual([]);
  const { number } = await generated(keys.desk.owner);
  const [changed] = await Promise.all([asked(), focus(keys)]);
  expect(changed.status()).toBe(204);
  await expect(keys.row({ number })).toBeVisible();
  const [again] = await Promise.all([asked(), focus(keys)]);
  expect(again.status()).toBe(304);
});

test("a visible page checks for changes every 30 s, which does not prolong the session", async ({
  fresh: page,
  desk,
}) => {
  await page.clock.install();
  const minted = await mintSession(desk.owner);
  await carry(page.context(), minted);
  const keys = new KeysTab(page, desk);
  await keys.open();
  await asDatabaseOwner("UPDATE sessions SET seen_at = now() - interval '14 minutes' WHERE id = $1", [
    minted.sessionId,
  ]);
  const { number } = await generated(desk.owner);
  await page.clock.fastForward(31_000);
  await expect(keys.row({ number })).toBeVisible();
  const [session] = await asDatabaseOwner(
    "SELECT seen_at < now() - interval '13 minutes' AS untouched FROM sessions WHERE id = $1",
    [minted.sessionId],
  );
  expect(session).toEqual({ untouched: true });
});

test("no page reloads under an open dialog", async ({ ready: keys }) => {
  await keys.press(/^Activate/);
  await expect(keys.dialog).toBeVisible();
  const asked: string[] = [];
  keys.page.on("request", (request) => request.url().endsWith("/version") && asked.push(request.url()));
  await focus(keys);
  await keys.page.keyboard.press("Escape");
  await expect(keys.dialog).toHaveCount(0);
  await Promise.all([keys.page.waitForResponse((response) => response.url().endsWith("/version")), focus(keys)]);
  expect(asked).toHaveLength(1);
});
