import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { editIps } from "@/lib/api-keys/edit-ips";
import { acknowledgementsOf, type Change } from "@/lib/api-keys/propagation/acknowledgements";
import { retireKey } from "@/lib/api-keys/retire";
import { db } from "@/lib/platform/db/db";
import { retireAnyKey } from "@/lib/support/operator/retire-key";
import { finishDeactivations } from "@/lib/worker/jobs/deactivations";
import { adminInProcess } from "../../kit/admin";
import { type Pair, replicatedPair } from "../../kit/database/replication";
import { gatewayHere, type TestGateway } from "../../kit/gateway/gateway";
import { insertKey, type StoredKey } from "../../kit/gateway/gateway-keys";
import { codeOf, whoami, whoamiOnce } from "../../kit/gateway/gateway-requests";
import { portOf } from "../../kit/gateway/without-lease";
import { startTcpProxy, type TcpProxy } from "../../kit/network/tcp-proxy";
import { freshProof, generated, ownerWithActiveKey, storedKey, unwrap } from "../../kit/people/api-keys";
import { changeKeys } from "../../kit/people/key-changes";

// Two real servers, and a proxy that redirects new connections and leaves open ones alone. The
// tests
// tell one story, in this order.
const ACCEPTED = "200 accepted";
const LONG = { timeout: 60_000 };
const OWN_BACKENDS = "FROM pg_stat_activity WHERE application_name LIKE 'countersign-gateway:%'";

let pair: Pair;
let proxy: TcpProxy;
let gateway: TestGateway;
let key: StoredKey;

beforeAll(async () => {
  pair = await replicatedPair();
  await pair.primary.waitsFor("standby");
  proxy = await startTcpProxy({ host: "127.0.0.1", port: pair.primary.port });
  Object.assign(process.env, {
    DATABASE_URL: proxy.through(pair.primary.url()),
    APP_DATABASE_URL: proxy.through(pair.primary.url("countersign_app")),
    GATEWAY_DATABASE_URL: proxy.through(pair.primary.url("countersign_gateway")),
  });
  // Somebody who may alter the role must be able neither to break the promise nor to hide that.
  await pair.primary.query("ALTER ROLE countersign_gateway SET synchronous_commit = off");
  await pair.primary.query("ALTER ROLE countersign_gateway SET client_min_messages = error");
  gateway = await gatewayHere();
  key = await insertKey();
});
afterAll(async () => {
  await gateway?.stop();
  await db().$disconnect();
  await proxy?.close();
  await pair?.stop();
});

/**
 * From now on commits wait forever, but only until the end of the test, or the next could not
 * start.
 */
async function waitsForNobody(): Promise<void> {
  onTestFinished(() => pair.primary.waitsFor("standby"));
  await pair.primary.waitsFor("nobody");
}

const judge = async (of = key) => codeOf(await whoami(gateway, of));
const said = (words: string, since = 0) =>
  gateway
    .lines()
    .slice(since)
    .filter((line) => line.includes(words)).length;
const portIs = (state: "open" | "closed") => expect.poll(() => portOf(gateway), LONG).toBe(state);

test("a lease is a commit that the standby confirms: without one it expires, whatever the role's settings, and the log says which wait it is", async () => {
  expect(await judge()).toBe(ACCEPTED);
  await pair.primary.waitsFor("nobody");
  await portIs("closed");
  await expect.poll(() => said("waited for a synchronous standby"), LONG).toBeGreaterThan(2);
  // Each waits forever, and no timeout of the server ends it: the next connection does.
  const backends = await pair.primary.query(`SELECT ${OWN_BACKENDS}`);
  expect(backends.length).toBeLessThanOrEqual(2);
});

test("a wait that is cancelled ends in a success with a warning, and grants no lease", async () => {
  const before = gateway.lines().length;
  for (let cancelled = 0; cancelled < 3; await sleep(20)) {
    const rows = await pair.primary.query(`SELECT pg_cancel_backend(pid) ${OWN_BACKENDS} AND wait_event = 'SyncRep'`);
    cancelled += rows.length;
  }
  await expect.poll(() => said("committed with a warning", before), LONG).toBeGreaterThan(0);
  expect(said("the port is open", before)).toBe(0);
  expect(await portOf(gateway)).toBe("closed");
});

test("an operator's command without a standby says what is and is not certain, and a repeat says the same", async () => {
  await pair.primary.waitsFor("standby");
  await portIs("open");
  const doomed = await insertKey();
  await waitsForNobody();
  const retire = () => adminInProcess("retire-key", String(doomed.number), "--reason", "compromised", "--yes");
  // The first waits for the standby, the second for the first one's lock.
  for (const { code, output } of [await retire(), await retire()]) {
    expect([code, output]).toEqual([1, expect.stringContaining("we do not know whether the change was saved")]);
    expect(output).not.toMatch(/^ +at /m);
  }
  await pair.primary.waitsFor("standby");
  expect(await retire()).toEqual({ code: 0, output: expect.stringContaining(`Key ${doomed.number} is retired`) });
  expect(await judge(doomed)).toBe("403 bad_header_key");
});

test("an Owner whose first attempt still waits for a standby is not told that nothing was changed: a repeat says what is not certain", async () => {
  const { owner, key: active } = await ownerWithActiveKey();
  const { owner: other, key: narrowed } = await ownerWithActiveKey();
  const spare = await generated(owner);
  await waitsForNobody();
  const tries = [
    () => deactivateKey(owner.member, { keyId: active.id, reason: "rotating" }, freshProof(owner)),
    () => editIps(other.member, { keyId: narrowed.id, allowedIps: ["198.51.99.7"] }, freshProof(other)),
    () => retireKey(owner.member, { keyId: spare.id, reason: "unwanted" }, { kind: "none" }),
  ];
  for (let time = 0; time < 2; time++) {
    const refused = await Promise.all(tries.map((attempt) => attempt()));
    expect(refused.map((result) => !result.ok && result.refusal.code)).toEqual(
      Array(tries.length).fill("not_answered"),
    );
  }
  await pair.primary.waitsFor("standby");
  for (const attempt of tries) unwrap(await attempt());
});

test("an abandoned wait is not ended by a COMMIT that no standby confirmed", async () => {
  const left = await insertKey();
  await changeKeys("UPDATE api_keys SET status = 'inactive', deactivated_at = now() WHERE id = $1", [left.id]);
  let now = 0;
  const job = finishDeactivations(() => now);
  await job();
  now = 1_200;
  await waitsForNobody();
  let over = false;
  const ended = job().finally(() => {
    over = true;
  });
  // Each such wait ends in success with a warning.
  for (; !over; await sleep(20))
    await pair.primary.query(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'countersign_app' AND wait_event = 'SyncRep'",
    );
  expect(await ended).toBe(0);
  expect((await storedKey(left.id)).refusedEverywhereAt).toBeNull();
  await pair.primary.waitsFor("standby");
  expect(await job()).toBeGreaterThan(0);
  expect((await storedKey(left.id)).refusedEverywhereAt).not.toBeNull();
});

test("a standby grants no lease, and the log says that it is one", async () => {
  const led = await gatewayHere({ databaseUrl: pair.standby.url("countersign_gateway"), ready: false });
  onTestFinished(led.stop);
  expect(await portOf(led)).toBe("closed");
  await expect
    .poll(() => led.lines().filter((line) => line.includes("leads to a standby")).length, LONG)
    .toBeGreaterThan(2);
  expect(await portOf(led)).toBe("closed");
});

test("after a promotion that leaves open connections and the old primary alive, nothing is accepted once a key is deactivated", async () => {
  expect(await judge()).toBe(ACCEPTED);
  const [other, moved] = [await insertKey(), await insertKey()];
  // The pool's connection is in use and therefore stays with the old primary. One statement at a
  // time: beside another the pool would open a connection, which leads to the new primary.
  let inUse = true;
  const using = (async () => {
    for (; inUse; await sleep(200)) await db().$queryRaw`SELECT 1`.catch(() => undefined);
  })();
  onTestFinished(() => {
    inUse = false;
  });
  await pair.promote();
  proxy.leadTo(pair.standby.port);
  // Applies only the change, as if its event had been replicated too.
  const toldOrNot = (words: string) =>
    pair.standby.query(`ALTER TABLE api_keys ${words} TRIGGER api_keys_no_event_no_change`);
  await toldOrNot("DISABLE");
  const [change] = await pair.standby.query<Change>(
    `UPDATE api_keys SET status = 'inactive' WHERE id = $1
     RETURNING id AS "keyId", changed_xid::text AS xid, status::text AS status, allowed_ips AS "allowedIps", deactivated_at::text AS since`,
    [moved.id],
  );
  await toldOrNot("ENABLE");
  if (!change) throw new Error("the standby has no such key");
  inUse = false;
  await using;
  expect(
    await acknowledgementsOf(change),
    "of a pool that still leads to the old primary nothing is believed",
  ).toBeNull();
  let retired = Number.POSITIVE_INFINITY;
  const late: string[] = [];
  let running = true;
  const asking = (async () => {
    for (; running; await sleep(2)) {
      const sent = performance.now();
      const code = await whoamiOnce(gateway, key).then(codeOf, () => "none");
      if (sent > retired && code === ACCEPTED) late.push(code);
    }
  })();
  await db().$disconnect();
  await expect.poll(async () => (await acknowledgementsOf(change))?.every(({ given }) => given), LONG).toBe(true);
  unwrap(await retireAnyKey("root", { keyId: key.id, merchantId: key.merchantId }, "compromised"));
  retired = performance.now();
  await expect.poll(() => judge(), LONG).toBe("403 bad_header_key");
  await sleep(1_500);
  running = false;
  await asking;
  expect(late).toEqual([]);
  expect(await judge(other), "keys that stay are served by the new primary").toBe(ACCEPTED);
  const onOld = await pair.primary.query<{ status: string }>("SELECT status FROM api_keys WHERE id = $1", [key.id]);
  expect(onOld, "the old primary never heard of it").toEqual([{ status: "active" }]);
});

test("a gateway that renewed on the new primary takes no lease from the old one again, though the old one waits for no standby", async () => {
  await pair.primary.waitsFor("");
  const before = gateway.lines().length;
  proxy.leadTo(pair.primary.port);
  proxy.drop();
  await portIs("closed");
  expect(said("leads back to an old primary", before)).toBeGreaterThan(0);
  proxy.leadTo(pair.standby.port);
  await portIs("open");
  expect(await judge()).toBe("403 bad_header_key");
});
