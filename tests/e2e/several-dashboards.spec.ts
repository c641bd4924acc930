import { connect } from "node:net";
import type { Page } from "@playwright/test";
import { freePort } from "../kit/free-port";
import { type Dashboard, startDashboard } from "../kit/network/dashboards";
import { startDashboardBalancer } from "../kit/network/nginx";
import { sessionCookie } from "../kit/people/session";
import { codeOf } from "../kit/people/totp";
import { type Desk, expect, KeysTab, test } from "./fixtures";
import { type Answer, holdAll, type Load, loadOf } from "./load";

/*
 * Two dashboards behind nginx with TLS, configured as in the docs. Both tests use the same two;
 * the second test ends one of them.
 */
test.describe.configure({ mode: "default" });

let balancer: Awaited<ReturnType<typeof startDashboardBalancer>>;
let ports: number[] = [];
const running = new Map<number, Dashboard>();
const all: Dashboard[] = [];

test.beforeAll(async () => {
  ports = [await freePort(), await freePort()];
  balancer = await startDashboardBalancer(ports);
  await Promise.all(ports.map(start));
});

test.afterAll(async () => {
  for (const dashboard of running.values()) dashboard.end();
  await balancer?.stop();
});

async function start(port: number): Promise<void> {
  const dashboard = await startDashboard(port, balancer.origin);
  running.set(port, dashboard);
  all.push(dashboard);
}

/** Stops a dashboard. `ended` resolves to npm's exit code. */
function stop(port: number): { ended: Promise<number | null> } {
  const dashboard = running.get(port);
  running.delete(port);
  if (!dashboard) throw new Error(`there is no dashboard at ${port}`);
  return { ended: dashboard.stop() };
}

/** The output of all dashboards, including ended ones. */
const logs = () => all.map(({ port, output }) => `The dashboard at ${port}:\n${output()}`).join("\n");

test("two dashboards are restarted in turn under load: no request fails, and sessions survive", async ({ desk }) => {
  const { name, value } = await sessionCookie(desk.owner);
  const given = { address: `/merchants/${desk.merchant.id}/api-keys`, cookie: `__Host-${name}=${value}` };
  const load: Load = await loadOf({ ...balancer, ...given });
  let answers: Answer[] = [];
  /**
   * Waits until both have served enough since then: servers that have just started are slow at
   * first.
   */
  const served = async (since: number) => {
    const by = (port: number) =>
      balancer
        .served()
        .slice(since)
        .filter((each) => portOf(each) === port).length;
    for (const port of ports) await expect.poll(() => by(port)).toBeGreaterThan(10);
  };
  try {
    await served(0);
    for (const port of ports) {
      const before = balancer.served().length;
      const release = await holdAll(load, desk);
      const { ended } = stop(port);
      await expect.poll(() => listens(port), { intervals: [20] }).toBe(false);
      await release();
      expect(await ended).toBe(0);
      await start(port);
      await served(before);
    }
  } finally {
    answers = await load.stop();
  }
  const refusedConnections = /connect\(\) failed \(111/;
  const unexpected = balancer
    .errors()
    .split("\n")
    .filter((line) => !refusedConnections.test(line));
  expect(
    answers.filter(({ good }) => !good),
    [...unexpected, logs()].join("\n"),
  ).toEqual([]);
  for (const method of ["GET", "POST"])
    expect(answers.filter((answer) => answer.method === method).length).toBeGreaterThan(15);
});

test("requests and sessions that began at one dashboard continue at the other when the first stops", async ({
  browser,
  desk,
}) => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: balancer.origin });
  const page = await context.newPage();
  await logIn(page, desk);
  const keys = new KeysTab(page, desk);
  await keys.open();
  const address = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Generate API key" }).first().click();
  const byPage = () => balancer.served().filter(({ agent, uri }) => agent.includes("Chrome") && uri === address);
  const first = portOf(byPage().findLast(({ method }) => method === "GET"));
  const other = ports.find((port) => port !== first) as number;

  expect(await stop(first).ended).toBe(0);
  await keys.confirm("Generate");
  await expect(keys.dialog).toBeHidden();
  await expect(page.locator("[data-kind=key]")).toHaveCount(1);
  const posts = byPage().filter(({ method }) => method === "POST");
  expect(posts).toMatchObject([{ status: 200 }]);
  expect(portOf(posts[0])).toBe(other);
  await keys.open();
  await expect(page.locator("[data-kind=key]")).toHaveCount(1);
  await context.close();
});

const portOf = (served?: { upstreams: string[] }) => Number(served?.upstreams.at(-1)?.split(":").at(-1));

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const told = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => told(true)).once("error", () => told(false));
  });

async function logIn(page: Page, { owner }: Desk): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(owner.email);
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("2FA code").fill(codeOf(owner));
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/merchants\//);
}
