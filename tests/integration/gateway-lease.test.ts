import { Agent } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { gatewayHere, gatewayProcess, type TestGateway } from "../kit/gateway";
import { asOwner, insertKey, letters, type StoredKey, setStatus } from "../kit/gateway-keys";
import { BODY, codeOf, send, signed, whoami } from "../kit/gateway-requests";
import { startTcpProxy, type TcpProxy } from "../kit/tcp-proxy";

const ACCEPTED = "200 accepted";
const UNAVAILABLE = "503 unavailable";
const LEASE_MS = 1_000;
/** Polls that take 300 ms each renew a lease with 400 ms to spare. */
const STALL_NS = 100 * 1e6;

let proxy: TcpProxy;
let gateway: TestGateway;
let key: StoredKey;

beforeEach(async () => {
  const { hostname, port } = new URL(process.env.GATEWAY_DATABASE_URL as string);
  proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  key = await insertKey();
});
afterEach(async () => {
  await gateway.stop();
  await proxy.close();
});

async function start(ready = true): Promise<void> {
  gateway = await gatewayHere({ databaseUrl: proxy.through(process.env.GATEWAY_DATABASE_URL as string), ready });
}

const judge = async () => codeOf(await whoami(gateway, key));

/** What so many requests in a row hear, in a round in which this process, and the gateway in it, never stood still: a stalled one is repeated. */
async function judgedUnstalled(count: number): Promise<string[]> {
  for (let round = 1; round <= 5; round++) {
    const delays = monitorEventLoopDelay({ resolution: 10 });
    delays.enable();
    const seen: string[] = [];
    for (let i = 0; i < count; i++) {
      seen.push(await judge());
      await sleep(100);
    }
    delays.disable();
    if (delays.max < STALL_NS || seen.every((code) => code === ACCEPTED)) return seen;
    await until(ACCEPTED);
  }
  throw new Error("the event loop stalled in every round");
}

const until = (code: string) => expect.poll(judge, { interval: 20 }).toBe(code);

describe("without a lease", () => {
  test("before the first poll is answered, everything signed is refused with 503, and ping and health are not", async () => {
    proxy.silence();
    await start(false);
    const reply = await whoami(gateway, key);
    expect({ status: reply.status, body: reply.body }).toEqual({ status: 503, body: '{"error":"Unavailable","code":"unavailable"}' });
    expect(reply.headers["retry-after"]).toBe("1");
    expect((await send(`${gateway.origin}/readyz`, { method: "GET" })).status).toBe(503);
    expect((await send(`${gateway.origin}/healthz`, { method: "GET" })).status).toBe(200);
    expect((await send(`${gateway.origin}/api/v2/ping`)).body).toBe("OK");
    proxy.resume();
    await until(ACCEPTED);
  });

  test("a request without headers still hears what is missing: it needs no database to be wrong", async () => {
    proxy.silence();
    await start(false);
    expect(codeOf(await send(`${gateway.origin}/api/v2/whoami`))).toBe("403 required_header_key");
    expect(codeOf(await whoami(gateway, { ...key, key: letters(32) }))).toBe(UNAVAILABLE);
  });
});

describe.each([
  ["cut off from the database", () => proxy.cut()],
  ["faced with a silent network", () => proxy.silence()],
  ["no longer hearing from the database", () => proxy.silence("down")],
  ["no longer heard by the database", () => proxy.silence("up")],
])("a gateway %s", (_, fail) => {
  test("accepts what it remembers for a second at most, then answers 503, and a deactivation meanwhile is never missed", async () => {
    await start();
    expect(await judge()).toBe(ACCEPTED);
    fail();
    const failed = performance.now();
    await setStatus(key, "inactive");
    const seen: { code: string; after: number }[] = [];
    while (performance.now() - failed < LEASE_MS + 600) seen.push({ code: await judge(), after: performance.now() - failed });
    expect(seen.filter(({ code, after }) => code === ACCEPTED && after > LEASE_MS + 200)).toEqual([]);
    expect(seen.at(-1)?.code).toBe(UNAVAILABLE);
    proxy.resume();
    const after = new Set<string>();
    await expect
      .poll(
        async () => {
          const code = await judge();
          after.add(code);
          return code;
        },
        { interval: 5 },
      )
      .toBe("403 bad_header_key");
    expect([...after].filter((code) => code !== UNAVAILABLE)).toEqual(["403 bad_header_key"]);
  });
});

describe("a gateway that stood still for longer than its lease", () => {
  const standStill = async (meanwhile: () => Promise<unknown>) => {
    const stopped = await gatewayProcess();
    gateway = stopped;
    // Connections that are open: what waits on them is read first of all.
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const tenAsk = () =>
      Promise.all(
        Array.from({ length: 10 }, () => send(`${stopped.origin}/api/v2/whoami`, { headers: signed(key), body: BODY, agent }).then(codeOf)),
      );
    expect(await tenAsk()).toEqual(Array(10).fill(ACCEPTED));
    stopped.signal("SIGSTOP");
    const asked = tenAsk();
    await meanwhile();
    await sleep(LEASE_MS + 500);
    stopped.signal("SIGCONT");
    return asked;
  };

  test("judges what came meanwhile by the next poll, and does not refuse it", async () => {
    expect(await standStill(async () => undefined)).toEqual(Array(10).fill(ACCEPTED));
  });

  test("and by nothing older: a deactivation meanwhile is not missed", async () => {
    expect(await standStill(() => setStatus(key, "inactive"))).toEqual(Array(10).fill("403 bad_header_key"));
  });
});

describe("a database that is slow", () => {
  test("by a second a poll gives no lease at all", async () => {
    await start();
    proxy.delay("down", 1_100);
    await until(UNAVAILABLE);
    for (let i = 0; i < 20; i++) {
      expect(await judge()).not.toBe(ACCEPTED);
      await sleep(50);
    }
    proxy.delay("down", 0);
    await until(ACCEPTED);
  });

  test("by a third of a second still serves what is remembered", async () => {
    await start();
    expect(await judge()).toBe(ACCEPTED);
    proxy.delay("down", 300);
    expect(await judgedUnstalled(20)).toEqual(Array(20).fill(ACCEPTED));
  });
});

describe("a key that cannot be read", () => {
  test("is refused with 503 while other keys are served from memory, and read when it can be", async () => {
    await start();
    expect(await judge()).toBe(ACCEPTED);
    const other = await insertKey();
    const held = proxy.trap({ direction: "down", bytes: other.merchantName, fate: "silence", pass: false });
    const asked = whoami(gateway, other);
    await held;
    expect(await judge()).toBe(ACCEPTED);
    expect(codeOf(await asked)).toBe(UNAVAILABLE);
    expect(codeOf(await whoami(gateway, other))).toBe(ACCEPTED);
  });
});

test("a connection ended by the database is told to the log without the driver's secrets", async () => {
  await start();
  expect(await judge()).toBe(ACCEPTED);
  await asOwner(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'countersign-gateway' AND datname = current_database()",
  );
  const told = () =>
    gateway
      .lines()
      .filter((line) => line.includes("the database did not answer"))
      .join("");
  await expect.poll(told).toContain("terminating connection");
  for (const secret of ["secretKey", "connectionParameters", "countersign_gateway"]) expect(told()).not.toContain(secret);
  await until(ACCEPTED);
});
