import { type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, Page } from "@playwright/test";
import pg from "pg";
import { environmentOf } from "@/lib/ops/environments.mjs";
import { freePort } from "@/lib/ops/ports.mjs";
import { type Dashboard, startDashboard } from "../kit/dashboards";
import { startDashboardBalancer } from "../kit/nginx";
import { serverActions } from "../kit/server-actions";
import { mintSession } from "../kit/session";
import { codeOf } from "../kit/totp";
import { type Desk, expect, KeysTab, test } from "./fixtures";

const CLIENTS = 6;
/** At most: on a busy machine each client waits for its answer. */
const PER_SECOND = 20;

test("two dashboards behind nginx with TLS are restarted under load: nothing fails, who is logged in stays so, and what was begun at one ends at the other", async ({
  browser,
  desk,
}) => {
  const ports = [await freePort(), await freePort()];
  const balancer = await startDashboardBalancer(ports);
  const dashboards: Dashboard[] = [];
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: balancer.origin });
  let load: Load | undefined;
  try {
    const start = async (port: number) => void dashboards.push(await startDashboard(port, balancer.origin));
    await Promise.all(ports.map(start));
    const page = await context.newPage();
    await logIn(page, desk);
    const keys = new KeysTab(page, desk);
    await keys.open();
    const address = new URL(page.url()).pathname;
    load = await loadOf({ ...balancer, address, context });

    await page.getByRole("button", { name: "Generate API key" }).first().click();
    const byPage = () => balancer.served().filter(({ agent, uri }) => agent.includes("Chrome") && uri === address);
    const first = portOf(byPage().findLast(({ method }) => method === "GET"));
    const other = ports.find((port) => port !== first) as number;
    for (const port of [first, other]) {
      const before = balancer.served().length;
      const old = dashboards.findIndex((dashboard) => dashboard.port === port);
      // Every client waits for its action, at one dashboard or the other, when one of them is told to end.
      const post = await load.gathered();
      const release = await holdActions(desk);
      post();
      await sleep(200);
      const stopping = dashboards[old]?.stop();
      await sleep(300);
      await release();
      expect(await stopping).toBe(0);
      dashboards.splice(old, 1);
      if (port === first) {
        await keys.confirm("Generate");
        await expect(keys.dialog).toBeHidden();
        await expect(page.locator("[data-kind=key]")).toHaveCount(1);
        const posts = byPage().filter(({ method }) => method === "POST");
        expect(posts).toMatchObject([{ status: 200 }]);
        expect(portOf(posts[0])).toBe(other);
      }
      await start(port);
      const meanwhile = (each: number) =>
        balancer
          .served()
          .slice(before)
          .filter((served) => portOf(served) === each).length;
      for (const each of ports) await expect.poll(() => meanwhile(each)).toBeGreaterThan(10);
    }
    const answers = await load.stop();
    const refusedConnections = /connect\(\) failed \(111/;
    const unexpected = balancer
      .errors()
      .split("\n")
      .filter((line) => !refusedConnections.test(line));
    expect(
      answers.filter(({ good }) => !good),
      unexpected.join("\n"),
    ).toEqual([]);
    for (const method of ["GET", "POST"]) expect(answers.filter((answer) => answer.method === method).length).toBeGreaterThan(15);
    await keys.open();
    await expect(page.locator("[data-kind=key]")).toHaveCount(1);
  } finally {
    await load?.stop();
    await context.close();
    for (const dashboard of dashboards) dashboard.end();
    await balancer.stop();
  }
});

test("a dashboard whose output nobody reads any more does not spin on what it would print, serves on, and ends when it is asked to", async () => {
  const port = await freePort();
  const given = environmentOf("dashboard", {
    ...process.env,
    PORT: String(port),
    PUBLIC_ORIGIN: `http://localhost:${port}`,
    NEXTAUTH_URL: "",
  });
  // Something unexpected, twice, since the first broken pipe is borne by the console itself; and a second later, how much of the processor was used.
  const preload = `data:text/javascript,${encodeURIComponent(`process.once("SIGUSR2", () => {
    const before = process.cpuUsage();
    setTimeout(() => process.send(process.cpuUsage(before)), 1000);
    for (const ms of [0, 100]) setTimeout(() => { throw new Error("unexpected"); }, ms);
  });`)}`;
  const stdio: StdioOptions = ["ignore", "pipe", "pipe", "ipc"];
  const dashboard = spawn(process.execPath, ["--import", preload, ".build/dashboard.mjs"], { env: given, stdio });
  try {
    const health = () => fetch(`http://127.0.0.1:${port}/api/health`).then(({ status }) => status, String);
    await expect.poll(health, { timeout: 30_000 }).toBe(200);
    dashboard.stdout?.destroy();
    dashboard.stderr?.destroy();
    const used = once(dashboard, "message");
    dashboard.kill("SIGUSR2");
    const [{ user, system }] = await used;
    expect((user + system) / 1000).toBeLessThan(500);
    expect(await health()).toBe(200);
    const exit = once(dashboard, "exit");
    dashboard.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  } finally {
    dashboard.kill("SIGKILL");
  }
});

const portOf = (served?: { upstreams: string[] }) => Number(served?.upstreams.at(-1)?.split(":").at(-1));

async function logIn(page: Page, { owner }: Desk): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(owner.email);
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByLabel("2FA code").fill(codeOf(owner));
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/merchants\//);
}

/** Locks another session of the user's, which the load's action is about to end, until it is released. */
async function holdActions({ owner }: Desk): Promise<() => Promise<unknown>> {
  const { sessionId } = await mintSession(owner);
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  await client.query("BEGIN");
  await client.query("SELECT FROM sessions WHERE id = $1 FOR UPDATE", [sessionId]);
  return () => client.end();
}

type Answer = { method: string; good: boolean; told: string };
type Load = {
  /** Resolves once every client is about to post, with what lets them. */
  gathered(): Promise<() => void>;
  stop(): Promise<Answer[]>;
};

/** Steady requests of someone logged in: a page and an action that writes, in turn. */
async function loadOf(given: { origin: string; certificate: string; address: string; context: BrowserContext }): Promise<Load> {
  const { origin, certificate, address, context } = given;
  const agent = new Agent({ keepAlive: true, ca: certificate });
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const action = (await serverActions()).find(({ name }) => name === "endOtherSessions");
  if (!action) throw new Error("there is no such action");
  const asked = {
    GET: { path: address, expected: "API keys", headers: {}, body: "" },
    POST: {
      path: action.page,
      expected: '"ok":true',
      headers: { origin, "next-action": action.id, "content-type": "text/plain;charset=UTF-8", accept: "text/x-component" },
      body: "[{}]",
    },
  };
  const ask = (method: "GET" | "POST") =>
    new Promise<Answer>((resolve) => {
      const { path, expected, headers, body } = asked[method];
      const failed = ({ message }: Error) => resolve({ method, good: false, told: message });
      const sending = request(origin, { path, method, headers: { cookie, ...headers }, agent }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
        response.once("error", failed).once("end", () => {
          const good = response.statusCode === 200 && text.includes(expected);
          resolve({ method, good, told: good ? "" : `${response.statusCode} ${text.slice(0, 200)}` });
        });
      });
      sending.once("error", failed).end(body);
    });
  const answers: Answer[] = [];
  let running = true;
  let gathering: { arrived: number; gate: Promise<void> } | undefined;
  const client = async () => {
    while (running) {
      const due = sleep((CLIENTS * 2 * 1000) / PER_SECOND);
      answers.push(await ask("GET"));
      if (gathering) gathering.arrived++;
      await gathering?.gate;
      answers.push(await ask("POST"));
      await due;
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  let opened = () => {};
  const gathered = async () => {
    const gate = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const here = { arrived: 0, gate };
    gathering = here;
    void gate.then(() => {
      gathering = undefined;
    });
    await expect.poll(() => here.arrived, { timeout: 60_000 }).toBe(CLIENTS);
    return opened;
  };
  const stop = async () => {
    running = false;
    opened();
    await Promise.all(clients);
    agent.destroy();
    return answers;
  };
  return { gathered, stop };
}
