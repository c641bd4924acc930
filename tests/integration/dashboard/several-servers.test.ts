import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/platform/db/db";
import { clientFor } from "@/lib/platform/db/open.mjs";
import { asSupport } from "@/lib/support/database";
import { bundleOf } from "../../kit/child-env";
import { type Pair, replicatedPair } from "../../kit/database/replication";
import { type GatewayProcess, gatewayProcess } from "../../kit/gateway/gateway";
import { insertKey, type StoredKey } from "../../kit/gateway/gateway-keys";
import { codeOf, whoami } from "../../kit/gateway/gateway-requests";
import { program } from "../../kit/gateway/programs";
import { startWorker } from "../../kit/mail/worker";

/*
 * Two real servers, and URLs that name the standby first. Every process finds the primary, and
 * finds the other server after a promotion.
 */
let pair: Pair;
let gateway: GatewayProcess;
let key: StoredKey;
const LONG = { timeout: 60_000 };

function urlOf(role?: "countersign_app" | "countersign_gateway" | "countersign_support"): string {
  const url = new URL(pair.primary.url(role));
  return url.href
    .replace(url.host, `127.0.0.1:${pair.standby.port},127.0.0.1:${pair.primary.port}`)
    .concat("?target_session_attrs=read-write");
}

beforeAll(async () => {
  pair = await replicatedPair();
  process.env.DATABASE_URL = pair.primary.url();
  key = await insertKey();
  process.env.DATABASE_URL = urlOf();
  process.env.APP_DATABASE_URL = urlOf("countersign_app");
  process.env.SUPPORT_DATABASE_URL = urlOf("countersign_support");
  gateway = await gatewayProcess({ databaseUrl: urlOf("countersign_gateway") });
});
afterAll(async () => {
  await db().$disconnect();
  await gateway?.stop();
  await pair?.stop();
});

/** The port of the server that serves this role's connections. */
async function portOf(url: string): Promise<number> {
  const client = await clientFor(url);
  await client.connect();
  const { rows } = await client.query("SELECT inet_server_port() AS port").finally(() => client.end());
  return rows[0].port;
}

const writes = () => db().merchant.create({ data: { name: "Acme", mode: "test" }, select: { id: true } });
const reads = () => asSupport((runSql) => runSql("SELECT count(*) FROM merchants", []));

test("the gateway, the dashboard, its support desk, the migrations and the worker use the primary, though the standby is named first", async () => {
  expect(await portOf(urlOf("countersign_app"))).toBe(pair.primary.port);
  expect(codeOf(await whoami(gateway, key))).toBe("200 accepted");
  await writes();
  await reads();
  const migrated = await program({ file: bundleOf("migrate") }, { env: { DATABASE_URL: urlOf() } }).ended;
  expect(migrated).toEqual({ code: 0, output: "" });
  const worker = await startWorker({ DEMO_MAIL_DIR: "/nonexistent" });
  await db().rateLimit.create({ data: { key: "over", points: 1, expire: 1n }, select: { key: true } });
  await expect.poll(() => db().rateLimit.count({ where: { key: "over" } }), LONG).toBe(0);
  await worker.kill();
});

test("all of them continue on the other server once it is promoted, without a restart", async () => {
  await pair.promote();
  await pair.fence();
  await expect.poll(() => writes().then(() => "written", String), LONG).toBe("written");
  await expect.poll(() => reads().then(() => "read", String), LONG).toBe("read");
  await expect
    .poll(async () => codeOf(await whoami(gateway, key).catch(() => ({ status: 0, headers: {}, body: "" }))), LONG)
    .toBe("200 accepted");
  expect(await portOf(urlOf("countersign_gateway"))).toBe(pair.standby.port);
});

test("where none is the primary, each says so, and nothing was done", async () => {
  const nowhere = urlOf("countersign_app").replace(String(pair.standby.port), String(pair.primary.port));
  await expect(portOf(nowhere)).rejects.toThrow(
    /^No server is the primary: 127\.0\.0\.1:\d+ did not answer \(ECONNREFUSED\); 127/,
  );
});
