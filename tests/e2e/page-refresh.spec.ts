import { asDatabaseOwner, generated, storedKey } from "../kit/people/api-keys";
import { mintSession } from "../kit/people/session";
import { addSessionCookie, expect, KeysTab, test } from "./fixtures";
import { rotating } from "./rotating";
import { signed } from "./signed";

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
  await addSessionCookie(page.context(), minted);
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

test("while a pair is on standby the page asks every 2 s, shows the take-over, and is not read again for traffic", async ({
  fresh: page,
  desk,
}) => {
  await page.clock.install();
  await addSessionCookie(page.context(), await mintSession(desk.owner));
  const keys = new KeysTab(page, desk);
  const { old, next } = await rotating(desk);
  const { key } = await storedKey(next.id);
  await keys.open();
  const read: string[] = [];
  page.on("request", (request) => "rsc" in request.headers() && read.push(request.url()));
  const answers = () => page.waitForResponse((response) => response.url().endsWith("/version"));
  await asDatabaseOwner("INSERT INTO key_last_used (key_number, at, source) VALUES ($1, now(), '45.33.32.7')", [
    old.number,
  ]);
  for (let round = 0; round < 2; round++) {
    const [traffic] = await Promise.all([answers(), page.clock.runFor(2_000)]);
    expect(traffic.status()).toBe(204);
  }
  expect(read).toEqual([]);
  await expect.poll(() => signed({ key, secret: next.secret, from: "45.33.32.7" })).toMatchObject({ status: 200 });
  await page.clock.runFor(2_000);
  await expect(keys.row(next)).toContainText("Active");
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
