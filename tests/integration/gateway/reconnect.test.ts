import { afterAll, beforeAll, expect, test } from "vitest";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, randomLetters, type StoredKey, setStatus } from "../../kit/gateway/gateway-keys";
import { codeOf, whoami } from "../../kit/gateway/gateway-requests";
import { metricOf } from "../../kit/gateway/metrics";
import { startTcpProxy, type TcpProxy } from "../../kit/network/tcp-proxy";

const WARM = 250;
const LONG = { timeout: 60_000 };
let proxy: TcpProxy;
let gateway: TestGateway;
let keys: StoredKey[];

beforeAll(async () => {
  const { hostname, port } = new URL(process.env.GATEWAY_DATABASE_URL as string);
  proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  keys = await Promise.all(Array.from({ length: WARM }, () => insertKey()));
  gateway = await gatewayHere({
    databaseUrl: proxy.through(process.env.GATEWAY_DATABASE_URL as string),
    metrics: true,
  });
});
afterAll(async () => {
  await gateway.stop();
  await proxy.close();
});

const judged = async (some: StoredKey[]) =>
  new Set((await Promise.all(some.map((key) => whoami(gateway, key)))).map(codeOf));
const opened = () => metricOf(gateway, "secrets_opened_total");
const remembered = () => metricOf(gateway, "cache_entries", { kind: "known" });

test("after a reconnect the cached keys are read again before they are requested, and none of their secrets is opened again", async () => {
  expect(await judged(keys)).toEqual(new Set(["200 accepted"]));
  expect([await opened(), await remembered()]).toEqual([WARM, WARM]);
  const [stopped, ...others] = keys as [StoredKey, ...StoredKey[]];
  proxy.cut();
  await setStatus(stopped, "inactive");
  await expect.poll(() => metricOf(gateway, "ready"), LONG).toBe(0);
  proxy.resume();
  await expect.poll(() => metricOf(gateway, "ready"), LONG).toBe(1);
  await expect.poll(remembered, LONG).toBe(WARM);
  expect(await judged([stopped])).toEqual(new Set(["403 bad_header_key"]));
  expect(await judged(others)).toEqual(new Set(["200 accepted"]));
  expect(await opened()).toBe(WARM);
});

test("keys that do not exist are not read again", async () => {
  const madeUp = { key: randomLetters(32), secret: "unknown" };
  for (let times = 0; times < 2; times++) expect(codeOf(await whoami(gateway, madeUp))).toBe("403 bad_header_key");
  proxy.cut();
  await expect.poll(() => metricOf(gateway, "ready"), LONG).toBe(0);
  proxy.resume();
  await expect.poll(() => metricOf(gateway, "ready"), LONG).toBe(1);
  await expect.poll(remembered, LONG).toBe(WARM);
  expect(await metricOf(gateway, "cache_entries", { kind: "unknown" })).toBe(0);
});
