import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startTcpProxy, type TcpProxy } from "../../kit/network/tcp-proxy";

// Other tests rely on the kit's proxy, so it must do what it says.
const LONG = { timeout: 60_000 };
let proxy: TcpProxy;
const direct = process.env.DATABASE_URL as string;

beforeEach(async () => {
  const { hostname, port } = new URL(direct);
  proxy = await startTcpProxy({ host: hostname, port: Number(port) });
});
afterEach(() => proxy.close());

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function merchants(name: string): Promise<number> {
  const client = await connected(direct);
  const { rowCount } = await client.query("SELECT FROM merchants WHERE name = $1", [name]);
  await client.end();
  return rowCount ?? 0;
}

async function begun(name: string): Promise<pg.Client> {
  const client = await connected(proxy.through(direct));
  await client.query("BEGIN");
  await client.query("INSERT INTO merchants (name, mode) VALUES ($1, 'live')", [name]);
  return client;
}

const outcome = (query: Promise<unknown>) =>
  query.then(
    () => "answered",
    () => "failed",
  );

/** "silent" if there is no reply for longer than any other outcome takes. */
const silent = (query: Promise<unknown>) => Promise.race([outcome(query), sleep(400, "silent")]);

test("passes traffic unchanged", async () => {
  const client = await connected(proxy.through(direct));
  expect((await client.query("SELECT repeat('x', 3000000) AS x")).rows[0].x).toHaveLength(3_000_000);
  await client.end();
});

test("a COMMIT that passes before the cut takes effect, and its reply is lost", async () => {
  const client = await begun("cut after");
  const sprung = proxy.trap({ direction: "up", bytes: "COMMIT", fate: "cut", pass: true });
  expect(await outcome(client.query("COMMIT"))).toBe("failed");
  await sprung;
  await expect.poll(() => merchants("cut after"), LONG).toBe(1);
});

test("a COMMIT stopped by the cut does not take effect", async () => {
  const client = await begun("cut before");
  void proxy.trap({ direction: "up", bytes: "COMMIT", fate: "cut", pass: false });
  expect(await outcome(client.query("COMMIT"))).toBe("failed");
  await sleep(200);
  expect(await merchants("cut before")).toBe(0);
});

test("a COMMIT that passes into silence takes effect, and its reply arrives when the silence ends", async () => {
  const client = await begun("silent after");
  void proxy.trap({ direction: "up", bytes: "COMMIT", fate: "silence", pass: true });
  const commit = client.query("COMMIT");
  expect(await silent(commit)).toBe("silent");
  await expect.poll(() => merchants("silent after"), LONG).toBe(1);
  proxy.resume();
  expect(await outcome(commit)).toBe("answered");
  await client.end();
});

test("a COMMIT held by silence takes effect when the silence ends, and other connections are unaffected", async () => {
  const [client, other] = [await begun("silent before"), await connected(proxy.through(direct))];
  void proxy.trap({ direction: "up", bytes: "COMMIT", fate: "silence", pass: false });
  const commit = client.query("COMMIT");
  expect(await silent(commit)).toBe("silent");
  expect(await merchants("silent before")).toBe(0);
  expect(await outcome(other.query("SELECT 1"))).toBe("answered");
  proxy.resume();
  expect(await outcome(commit)).toBe("answered");
  expect(await merchants("silent before")).toBe(1);
  await Promise.all([client.end(), other.end()]);
});

test("a trap ignores bytes that passed before it was set", async () => {
  const client = await connected(proxy.through(direct));
  await client.query("SELECT 'COMMIT'");
  void proxy.trap({ direction: "up", bytes: "COMMIT", fate: "cut", pass: false });
  expect(await outcome(client.query("SELECT 1"))).toBe("answered");
  expect(await outcome(client.query("COMMIT"))).toBe("failed");
});

test("silence keeps connections open, new ones too", async () => {
  const client = await connected(proxy.through(direct));
  proxy.silence();
  const late = connected(proxy.through(direct));
  expect(await silent(client.query("SELECT 1"))).toBe("silent");
  expect(await silent(late)).toBe("silent");
  proxy.resume();
  expect(await outcome(late)).toBe("answered");
  await Promise.all([client.end(), (await late).end()]);
});

test("a cut ends connections and refuses new ones until it is over", async () => {
  const client = await connected(proxy.through(direct));
  proxy.cut();
  expect(await outcome(client.query("SELECT 1"))).toBe("failed");
  expect(await outcome(connected(proxy.through(direct)))).toBe("failed");
  expect(proxy.connections()).toBe(0);
  proxy.resume();
  await (await connected(proxy.through(direct))).end();
});

test("a delay holds each packet back", async () => {
  const client = await connected(proxy.through(direct));
  proxy.delay("down", 150);
  const started = performance.now();
  expect((await client.query("SELECT 1 AS n")).rows).toEqual([{ n: 1 }]);
  expect(performance.now() - started).toBeGreaterThan(145);
  proxy.delay("down", 0);
  await client.end();
});
