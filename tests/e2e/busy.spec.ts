import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { environmentOf } from "@/lib/ops/environments.mjs";
import { db } from "@/lib/platform/db/db";
import { cancellingWaits, holdingLocks } from "../kit/busy";
import { bundleOf, childEnv, root } from "../kit/child-env";
import { createDatabase } from "../kit/database/database";
import { freePort } from "../kit/free-port";
import { attemptOf } from "../kit/people/login";
import { makeOwner, type Owner } from "../kit/people/people";
import { sessionCookie } from "../kit/people/session";
import { freshCodeOf } from "../kit/people/totp";
import { test as base, expect } from "./fixtures";

/*
 * What Next makes of a cancelled statement. With a separate dashboard and database, so that the
 * tables that are locked here block no other test.
 */

type Own = { origin: string; owner: Owner; cookie: { name: string; value: string }; log: { text: string } };

/**
 * Once per worker, which Playwright starts for the tests of this file only: modules keep the
 * variables that they read first.
 */
const test = base.extend<object, { own: Own }>({
  own: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use) => {
      const database = await createDatabase();
      const port = await freePort();
      const origin = `http://localhost:${port}`;
      Object.assign(process.env, {
        ...{ APP_DATABASE_URL: database.app, SUPPORT_DATABASE_URL: database.support, DATABASE_URL: database.owner },
        ...{ PUBLIC_ORIGIN: origin, NEXTAUTH_URL: origin },
      });
      const log = { text: "" };
      const server = await startServer(port, origin, log);
      const owner = await makeOwner();
      await use({ origin, log, owner, cookie: await sessionCookie(owner) });
      server.kill("SIGTERM");
      await once(server, "exit");
      await db().$disconnect();
      await database.drop();
    },
    { scope: "worker" },
  ],
});

async function startServer(port: number, origin: string, log: { text: string }): Promise<ChildProcess> {
  const env = childEnv(environmentOf("dashboard", { ...process.env, PORT: String(port) }));
  const server = spawn(process.execPath, ["--enable-source-maps", bundleOf("dashboard")], {
    cwd: root,
    env,
    stdio: "pipe",
  });
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      log.text += text;
    });
  }
  const answers = () =>
    fetch(`${origin}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (; !(await answers()); await sleep(100)) {
    if (server.exitCode !== null) throw new Error(`The dashboard ended:\n${log.text}`);
  }
  return server;
}

test.describe.configure({ mode: "serial" });
test.beforeEach(({ own }) => {
  own.log.text = "";
});

const held = <T>(sql: string, work: () => Promise<T>) => holdingLocks(sql, [], () => cancellingWaits(work));
const BUSY_LINE = "PostgreSQL turned a statement away: 57014 query_canceled";
const linesOf = ({ log }: Own) => log.text.split("\n").filter((line) => line.trim() !== "");

/** The log is written after the replies, so lines of another test may come late. */
async function saidOnce(own: Own, path: string): Promise<void> {
  const said = () => linesOf(own).map((line) => JSON.parse(line));
  const here = () => said().filter((line) => line.path === path);
  await expect.poll(() => here().length).toBeGreaterThan(0);
  expect(here().map(({ msg, err }) => err?.message ?? msg)).toEqual([BUSY_LINE]);
  expect(own.log.text).not.toContain("    at ");
}

function ask({ origin, cookie: { name, value } }: Own, path: string): Promise<Response> {
  return fetch(`${origin}${path}`, { redirect: "manual", headers: { cookie: `${name}=${value}` } });
}

for (const [what, path, sql] of [
  ["a merchant", "/merchants/ID", "LOCK TABLE memberships"],
  ["the list of keys", "/merchants/ID/api-keys", "LOCK TABLE api_keys"],
  ["the activity", "/merchants/ID/activity", "LOCK TABLE audit_events"],
]) {
  test(`${what} whose statement is cancelled is 503 with Retry-After and one line in the log`, async ({ own }) => {
    const address = String(path).replace("ID", own.owner.merchantId);
    const response = await held(String(sql), () => ask(own, address));
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
    await saidOnce(own, address);
    expect((await ask(own, address)).status).toBe(200);
  });
}

test("the page says that the server is busy, and Try again loads it", async ({
  page,
  context,
  own: {
    origin,
    owner,
    cookie: { name, value },
  },
}) => {
  await context.addCookies([{ name, value, url: origin, httpOnly: true, sameSite: "Lax" }]);
  const address = `${origin}/merchants/${owner.merchantId}/api-keys`;
  await held("LOCK TABLE api_keys", async () => {
    const response = await page.goto(address);
    expect(response?.status()).toBe(503);
    await expect(page.getByRole("heading", { name: "Busy" })).toBeVisible();
    await expect(page.getByText("This page could not be read just now. Wait a moment, then try again.")).toBeVisible();
  });
  await page.getByRole("link", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "API keys", exact: true })).toBeVisible();
});

test("an action whose statement is cancelled is refused as busy, and the same action then succeeds", async ({
  page,
  context,
  own: { origin, owner, cookie },
}) => {
  await context.addCookies([{ ...cookie, url: origin, httpOnly: true, sameSite: "Lax" }]);
  await page.goto(`${origin}/merchants/${owner.merchantId}/api-keys`);
  await page.getByRole("button", { name: "Generate API key" }).first().click();
  const dialog = page.getByRole("dialog");
  const generate = async () => {
    await dialog.getByLabel("2FA code").fill(await freshCodeOf(owner));
    await dialog.getByRole("button", { name: /^(Generate|Try again)$/ }).click();
  };
  await held("LOCK TABLE audit_events", async () => {
    await generate();
    await expect(dialog).toContainText("Busy. Nothing was changed; try again.");
  });
  await generate();
  await expect(dialog).toBeHidden();
  await expect(page.locator("[data-kind=key]")).toHaveCount(1);
});

test("without JavaScript that page says the same", async ({ browser, own: { origin, owner, cookie } }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  await context.addCookies([{ ...cookie, url: origin, httpOnly: true, sameSite: "Lax" }]);
  const page = await context.newPage();
  await held("LOCK TABLE api_keys", async () => {
    await page.goto(`${origin}/merchants/${owner.merchantId}/api-keys`);
    await expect(page.getByText("This page could not be read just now. Wait a moment, then try again.")).toBeVisible();
  });
  await context.close();
});

test("next-auth's own route returns 503 if the session cannot be read, and keeps its cookie", async ({ own }) => {
  const { name, value } = own.cookie;
  const headers = { cookie: `${name}=${value}` };
  const response = await held("LOCK TABLE sessions", () => fetch(`${own.origin}/api/auth/session`, { headers }));
  expect([response.status, response.headers.get("retry-after"), response.headers.get("set-cookie")]).toEqual([
    503,
    "1",
    null,
  ]);
  await saidOnce(own, "/api/auth/session");
});

test("a login whose statement is cancelled returns 503 with Retry-After; the same login then succeeds", async ({
  own,
}) => {
  const { owner, origin } = own;
  const { email, password, code } = await attemptOf(owner);
  const csrf = await fetch(`${origin}/api/auth/csrf`);
  const { csrfToken } = await csrf.json();
  const cookie = csrf.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  const post = () =>
    fetch(`${origin}/api/auth/callback/credentials`, {
      method: "POST",
      headers: { "content-type": "application/json", origin, cookie },
      body: JSON.stringify({ email, password, code, csrfToken, json: "true" }),
    });
  const response = await held("LOCK TABLE users", post);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  expect((await response.json()).url).toContain("error=busy");
  await saidOnce(own, "/api/auth/callback/credentials");
  expect((await post()).status).toBe(200);
});
