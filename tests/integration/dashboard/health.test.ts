import { afterAll, beforeAll, expect, test } from "vitest";
import { GET } from "@/app/api/health/route";
import { db } from "@/lib/platform/db/db";
import { startTcpProxy } from "../../kit/network/tcp-proxy";
import { stopwatch } from "../../kit/stopwatch";

// Before the first query: the dashboard's pool goes through a proxy that can fail.
const url = new URL(process.env.APP_DATABASE_URL as string);
const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) });
process.env.APP_DATABASE_URL = proxy.through(url.href);
// Starting the client takes longer than health's limit on busy processors, and is not under test.
beforeAll(() => db().$queryRaw`SELECT 1`);
afterAll(async () => {
  await db().$disconnect();
  await proxy.close();
});

test("health is 200 while the database responds, and is not cached", async () => {
  const response = await GET();
  expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
  expect(response.headers.get("cache-control")).toBe("no-store");
});

test("health returns 503 within two seconds while the database does not respond, and recovers", async () => {
  proxy.silence();
  const took = stopwatch();
  const response = await GET();
  expect([response.status, await response.json()]).toEqual([503, { status: "unavailable" }]);
  expect(response.headers.get("retry-after")).toBe("1");
  expect(took()).toBeLessThan(4_000);
  proxy.resume();
  expect((await GET()).status).toBe(200);
});

test("health returns 503 while the database cannot be reached, without the reason", async () => {
  proxy.cut();
  const response = await GET();
  expect([response.status, await response.text()]).toEqual([503, '{"status":"unavailable"}']);
});
