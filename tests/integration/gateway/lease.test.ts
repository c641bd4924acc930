import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { LEASE_MS } from "@/lib/platform/lease";
import { type GatewayProcess, gatewayHere, gatewayProcess, type TestGateway } from "../../kit/gateway/gateway";
import { asOwner, insertKey, randomLetters, type StoredKey, setStatus } from "../../kit/gateway/gateway-keys";
import { BODY, codeOf, send, sendOnce, signed, whoami, whoamiOnce } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import { gatewayWithoutLease, portOf } from "../../kit/gateway/without-lease";
import { startTcpProxy, type TcpProxy } from "../../kit/network/tcp-proxy";
import { retryIfStarved } from "../../kit/retry-if-starved";

const ACCEPTED = "200 accepted";
const UNAVAILABLE = "503 unavailable";
/** Polls of 300 ms renew a lease 400 ms before it ends, so a block this short cannot end it. */
const STALL_MS = 100;

let proxy: TcpProxy;
let gateway: TestGateway;
let key: StoredKey;

beforeEach(async () => {
  const { hostname, port } = new URL(process.env.GATEWAY_DATABASE_URL as string);
  proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  key = await insertKey();
});
afterEach(async () => {
  proxy.resume();
  await stop();
  await proxy.close();
});

let stop = async (): Promise<void> => undefined;
async function start(ready = true): Promise<void> {
  gateway = await gatewayHere({ databaseUrl: proxy.through(process.env.GATEWAY_DATABASE_URL as string), ready });
  stop = async () => {
    stop = async () => undefined;
    await gateway.stop();
  };
}

/**
 * Without a lease a gateway replies 503 on its open connections, and after a second accepts no new
 * ones.
 */
const NO_LEASE = [UNAVAILABLE, "closed"];
const judge = () =>
  whoamiOnce(gateway, key).then(codeOf, ({ code }) => (code === "ECONNREFUSED" ? "closed" : String(code)));

const until = (code: string) => expect.poll(judge, { interval: 20, timeout: 60_000 }).toBe(code);

describe("without a lease", () => {
  const leaselessHere = async (connections: number) => {
    const without = await gatewayWithoutLease(connections);
    onTestFinished(without.stop);
    return without;
  };

  test("before the first renewal returns, the port is closed", async () => {
    proxy.silence();
    await start(false);
    expect(await judge()).toBe("closed");
    proxy.resume();
    await until(ACCEPTED);
  });

  test("for a second, the port is closed; on open connections every signed request gets 503, and ping and health work", async () => {
    const { ask, resume, gateway: without } = await leaselessHere(6);
    const reply = await ask("POST", "/api/v2/whoami", signed(key), BODY);
    expect({ status: reply.status, body: reply.body }).toEqual({
      status: 503,
      body: '{"error":"Unavailable","code":"unavailable"}',
    });
    expect(reply.headers["retry-after"]).toBe("1");
    expect((await ask("GET", "/readyz")).status).toBe(503);
    expect((await ask("GET", "/healthz")).status).toBe(200);
    expect((await ask("GET", "/api/v2/ping")).body).toBe("OK");
    expect(await portOf(without)).toBe("closed");
    const ofMetrics = (path: string) => sendOnce(`http://127.0.0.1:${without.metricsPort}${path}`, { method: "GET" });
    expect(await ofMetrics("/healthz")).toMatchObject({ status: 200, body: "OK" });
    expect((await ofMetrics("/readyz")).status).toBe(503);
    resume();
    await expect.poll(() => portOf(without), { timeout: 60_000 }).toBe("open");
    expect(codeOf(await whoami(without, key))).toBe(ACCEPTED);
    expect(await ofMetrics("/readyz")).toMatchObject({ status: 200, body: "OK" });
    // On a busy machine it may be without a lease more than once.
    const told = without.lines().flatMap((line) => /the port is (closed|open)/.exec(line)?.[1] ?? []);
    expect(told.join(" ")).toMatch(/^closed open( closed open)*$/);
  });

  test("a request without headers still gets its own error, which needs no database", async () => {
    const { ask } = await leaselessHere(2);
    expect(codeOf(await ask("POST", "/api/v2/whoami"))).toBe("403 required_header_key");
    expect(codeOf(await ask("POST", "/api/v2/whoami", signed({ ...key, key: randomLetters(32) }), BODY))).toBe(
      UNAVAILABLE,
    );
  });
});

describe.each([
  ["cut off from the database", () => proxy.cut()],
  ["faced with a silent network", () => proxy.silence()],
  ["no longer hearing from the database", () => proxy.silence("down")],
  ["no longer heard by the database", () => proxy.silence("up")],
])("a gateway %s", (_, fail) => {
  test("accepts cached keys for a second at most, then returns 503, and never misses a deactivation meanwhile", async () => {
    await start();
    await until(ACCEPTED);
    fail();
    const failed = { at: performance.now(), wall: Date.now() };
    await setStatus(key, "inactive");
    const seen: { code: string; sent: number }[] = [];
    for (; performance.now() - failed.at < LEASE_MS + 600; await sleep(5)) {
      const sent = performance.now() - failed.at;
      seen.push({ code: await judge(), sent });
    }
    expect(seen.filter(({ code, sent }) => code === ACCEPTED && sent > LEASE_MS)).toEqual([]);
    // Whenever its replies were read: the gateway writes the log line in the same tick as the
    // reply.
    const accepted = gateway.lines().filter((line) => line.includes('"outcome":"accepted"'));
    expect(accepted.filter((line) => JSON.parse(line).time > failed.wall + LEASE_MS + 200)).toEqual([]);
    expect(NO_LEASE).toContain(await judge());
    proxy.resume();
    const after = new Set<string>();
    await expect
      .poll(
        async () => {
          const code = await judge();
          after.add(code);
          return code;
        },
        { interval: 5, timeout: 60_000 },
      )
      .toBe("403 bad_header_key");
    expect([...after].filter((code) => !NO_LEASE.includes(code))).toEqual(["403 bad_header_key"]);
  });
});

describe("a gateway that was paused for longer than its lease", () => {
  let frozen: GatewayProcess;
  beforeAll(async () => {
    frozen = await gatewayProcess();
  });
  afterAll(() => frozen.stop());

  /** The replies to ten requests that are sent while the process is stopped. */
  async function standStill(meanwhile: (key: StoredKey) => Promise<unknown>): Promise<string[]> {
    const key = await insertKey();
    // Open connections: what waits on them is read first.
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const request = { headers: signed(key), body: BODY, agent };
    const tenAsk = (how: typeof send) =>
      Promise.all(Array.from({ length: 10 }, () => how(`${frozen.origin}/api/v2/whoami`, request).then(codeOf)));
    expect(await tenAsk(send)).toEqual(Array(10).fill(ACCEPTED));
    await frozen.freeze();
    const asked = tenAsk(sendOnce);
    await meanwhile(key);
    await sleep(LEASE_MS + 500);
    frozen.signal("SIGCONT");
    return asked;
  }

  // After continuing, a poll that takes half a second for lack of processor time gives no lease in
  // time, and 503 is correct. If requests did not wait for a lease, every round would be all 503.
  const inTime = (round: () => Promise<string[]>) => retryWithoutLease(round, (codes) => codes.includes(UNAVAILABLE));

  test("checks requests that arrived meanwhile after the next renewal, and does not refuse them", async () => {
    expect(await inTime(() => standStill(async () => undefined))).toEqual(Array(10).fill(ACCEPTED));
  });

  test("and with nothing older: a deactivation meanwhile is not missed", async () => {
    const codes = await inTime(async () => {
      const round = await standStill((key) => setStatus(key, "inactive"));
      expect(round).not.toContain(ACCEPTED);
      return round;
    });
    expect(codes).toEqual(Array(10).fill("403 bad_header_key"));
  });
});

describe("a database that is slow", () => {
  test("by a second, so that a renewal grants no lease", async () => {
    await start();
    proxy.delay("down", 1_100);
    await expect.poll(judge, { timeout: 60_000 }).not.toBe(ACCEPTED);
    // Each request waits half a second for a lease.
    for (let count = 0; count < 6; count++) expect(await judge()).not.toBe(ACCEPTED);
    proxy.delay("down", 0);
    await until(ACCEPTED);
  });

  test("by a third of a second still lets cached keys be served", async () => {
    await start();
    await until(ACCEPTED);
    proxy.delay("down", 300);
    await retryIfStarved(STALL_MS, async () => {
      await until(ACCEPTED);
      for (let count = 0; count < 20; count++, await sleep(100)) expect(await judge()).toBe(ACCEPTED);
    });
  });
});

describe("a key that cannot be read", () => {
  test("is refused with 503 while cached keys are served, and read when it can be", async () => {
    await start();
    await until(ACCEPTED);
    const other = await insertKey();
    const held = proxy.trap({ direction: "down", bytes: other.merchantName, fate: "silence", pass: false });
    const asked = whoamiOnce(gateway, other);
    await held;
    await until(ACCEPTED);
    expect(codeOf(await asked)).toBe(UNAVAILABLE);
    expect(codeOf(await whoami(gateway, other))).toBe(ACCEPTED);
  });
});

test("a connection closed by the database is logged without the driver's secrets", async () => {
  await start();
  await until(ACCEPTED);
  await asOwner(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'countersign-gateway:%' AND datname = current_database()",
  );
  const told = () =>
    gateway
      .lines()
      .filter((line) => line.includes("the database did not answer"))
      .join("");
  await expect.poll(told, { timeout: 60_000 }).toContain("terminating connection");
  for (const secret of ["secretKey", "connectionParameters", "countersign_gateway"])
    expect(told()).not.toContain(secret);
  await until(ACCEPTED);
});
