import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import dashboard from "@/lib/gateway/grafana.json";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, randomLetters } from "../../kit/gateway/gateway-keys";
import { RawClient, send, whoami, whoamiOnce } from "../../kit/gateway/gateway-requests";
import { metricOf, samplesOf, scrape } from "../../kit/gateway/metrics";
import { startTcpProxy } from "../../kit/network/tcp-proxy";

/** Usage is written every 2 s. */
const LONG = { interval: 100, timeout: 60_000 };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayHere({ metrics: true });
});
afterAll(() => gateway.stop());

const value = (name: string, labels: Record<string, string> = {}, of = gateway) => metricOf(of, name, labels);

describe("Prometheus reads", () => {
  test("requests by their result, also those that were never parsed", async () => {
    const key = await insertKey();
    const before = await value("requests_total", { outcome: "accepted" });
    for (let n = 0; n < 3; n++) await whoami(gateway, key);
    await whoami(gateway, { ...key, secret: randomLetters(64) });
    await send(`${gateway.origin}/api/v2/ping`);
    await new RawClient(gateway.port).write("nonsense", "", "").closed;
    expect(await value("requests_total", { outcome: "accepted" })).toBe(before + 3);
    for (const outcome of ["bad_header_signature", "ok", "bad_request"])
      expect(await value("requests_total", { outcome })).toBeGreaterThan(0);
  });

  test("how long responses took, in buckets", async () => {
    const before = await value("request_duration_seconds_count");
    await send(`${gateway.origin}/api/v2/ping`);
    expect(await value("request_duration_seconds_count")).toBe(before + 1);
    expect(await value("request_duration_seconds_bucket", { le: "+Inf" })).toBe(before + 1);
    expect(await value("request_duration_seconds_sum")).toBeGreaterThan(0);
  });

  test("the lease's age, and how many keys are cached", async () => {
    const [key, madeUp] = [await insertKey(), { key: randomLetters(32), secret: randomLetters(64) }];
    // Repeated if a lease ran out in between, as it can on a busy machine: that clears the cache.
    await vi.waitFor(
      async () => {
        await Promise.all([whoami(gateway, key), whoami(gateway, madeUp)]);
        expect(await value("lease_age_seconds")).toBeLessThan(1);
        expect(await value("ready")).toBe(1);
        expect(await value("cache_entries", { kind: "known" })).toBeGreaterThan(0);
        expect(await value("cache_entries", { kind: "unknown" })).toBeGreaterThan(0);
      },
      { timeout: 60_000 },
    );
  });

  test("failed renewals and usage writes, and that there is no lease", async () => {
    const { hostname, port } = new URL(process.env.GATEWAY_DATABASE_URL as string);
    const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
    onTestFinished(proxy.close);
    const cutOff = await gatewayHere({
      metrics: true,
      databaseUrl: proxy.through(process.env.GATEWAY_DATABASE_URL as string),
    });
    onTestFinished(cutOff.stop);
    const before = await value("poll_failures_total", {}, cutOff);
    const key = await insertKey();
    await whoami(cutOff, key);
    proxy.cut();
    // Something to write, even if everything counted before has just been written.
    await whoamiOnce(cutOff, key);
    await expect.poll(() => value("poll_failures_total", {}, cutOff), LONG).toBeGreaterThan(before);
    await expect.poll(() => value("usage_failures_total", {}, cutOff), LONG).toBeGreaterThan(0);
    await expect.poll(() => value("ready", {}, cutOff), LONG).toBe(0);
    expect(await value("usage_waiting", {}, cutOff)).toBeGreaterThan(0);
    proxy.resume();
    await expect.poll(() => value("usage_waiting", {}, cutOff), LONG).toBe(0);
  });
});

test("no label contains a key, a merchant, an address or a path", async () => {
  const key = await insertKey();
  await whoami(gateway, key);
  await send(`${gateway.origin}/api/v2/${key.key}`);
  await whoami(gateway, { key: randomLetters(32), secret: randomLetters(64) });
  const samples = (await samplesOf(gateway)).filter(({ name }) => name.startsWith("countersign_"));
  expect(new Set(samples.flatMap(({ labels }) => Object.keys(labels)))).toEqual(new Set(["outcome", "le", "kind"]));
  const said = JSON.stringify(samples);
  for (const hidden of [key.key, key.id, key.merchantId, key.merchantName, `"${key.number}"`, "127.0.0.1", "/api"])
    expect(said).not.toContain(hidden);
});

test.each<[string, number, string?]>([
  ["/", 404],
  ["/metrics/", 404],
  ["/api/v2/whoami", 404],
  ["/metrics", 405, "POST"],
])("the metrics port serves nothing else: %s is %i", async (path, status, method = "GET") => {
  expect((await send(`http://127.0.0.1:${gateway.metricsPort}${path}`, { method })).status).toBe(status);
});

test("the gateway's own port does not serve metrics, and without METRICS_PORT nothing does", async () => {
  expect((await send(`${gateway.origin}/metrics`, { method: "GET" })).status).toBe(403);
  const without = await gatewayHere();
  onTestFinished(without.stop);
  expect(without.metricsPort).toBeNull();
});

test("the example dashboard uses only metrics and labels that exist", async () => {
  const { body } = await scrape(gateway);
  const types = new Map([...body.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
  const ours = [...types.keys()].filter((name) => name?.startsWith("countersign_gateway_"));
  const asked = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const named = asked.flatMap((expr) => expr.match(/\b(?:countersign_gateway|process)_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(9);
  for (const name of named) {
    const histogram = name.replace(/_(bucket|sum|count)$/, "");
    expect(types.has(name) || types.get(histogram) === "histogram", name).toBe(true);
    if (types.get(name) === "counter")
      expect(asked.filter((expr) => expr.includes(name)).every((expr) => expr.includes(`rate(${name}[`))).toBe(true);
  }
  expect(ours.filter((name) => !named.some((each) => each.startsWith(name as string)))).toEqual([]);
  const labels = asked.flatMap((expr) =>
    [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => (list ?? "").split(", ")),
  );
  expect(new Set(labels)).toEqual(new Set(["outcome", "le", "instance", "kind"]));
});
