import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { LeaseConnection } from "@/lib/gateway/cache/lease-protocol";
import { LeaseRefused } from "@/lib/gateway/cache/lease-refused";
import { type Database, openDatabase } from "@/lib/gateway/database";
import { newRun } from "@/lib/gateway/run";
import { LEASE_MS } from "@/lib/platform/lease";
import { startPooler } from "../../kit/database/pooler";
import { gatewayHere } from "../../kit/gateway/gateway";
import { asOwner, insertKey, randomLetters } from "../../kit/gateway/gateway-keys";
import { onBun } from "../../kit/gateway/gateway-program";
import { codeOf, whoami } from "../../kit/gateway/gateway-requests";
import { retryWithoutLease } from "../../kit/gateway/lease-retries";
import { renewOnce, retryIfSlow } from "../../kit/gateway/renewals";
import { startTcpProxy } from "../../kit/network/tcp-proxy";

const url = process.env.GATEWAY_DATABASE_URL as string;
const ACCEPTED = "200 accepted";
const LONG = { timeout: 60_000 };

const opened: LeaseConnection[] = [];
afterEach(() => {
  for (const connection of opened.splice(0)) connection.close();
});
async function connected(database: Database): Promise<LeaseConnection> {
  const connection = await retryIfSlow(() => database.connect());
  opened.push(connection);
  return connection;
}

/** A database whose first renewal succeeded, on a connection that was fast enough. */
const renewedDatabase = (at = url) =>
  retryIfSlow(async () => {
    const database = openDatabase(at, newRun("test"), vi.fn());
    const connection = await connected(database);
    await renewOnce(connection);
    return { database, connection };
  });

async function proxied() {
  const { hostname, port } = new URL(url);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  onTestFinished(proxy.close);
  return proxy;
}

const backends = async () =>
  (
    await asOwner<{ name: string }>(
      "SELECT application_name AS name FROM pg_stat_activity WHERE datname = current_database()",
    )
  )
    .map(({ name }) => name)
    .filter((name) => name.startsWith("countersign-gateway:"));

describe("a gateway gets no lease, and says why,", () => {
  const refusal = async (at: string, sentence: string) => {
    await expect(renewedDatabase(at)).rejects.toSatisfy(
      (error) => error instanceof LeaseRefused && error.message.includes(sentence),
    );
  };

  test("through a pooler, behind which each statement can reach another server", async () => {
    const pooler = await startPooler(url);
    onTestFinished(pooler.close);
    await refusal(pooler.url, "leads through a pooler");
  });

  test("from a database that is read-only", async () => {
    const set = (value: string) =>
      asOwner(
        `DO $$ BEGIN EXECUTE format('ALTER ROLE countersign_gateway IN DATABASE %I ${value}', current_database()); END $$`,
      );
    await set("SET default_transaction_read_only = on");
    onTestFinished(async () => void (await set("RESET default_transaction_read_only")));
    await refusal(url, "is read-only");
  });
});

describe("the connection", () => {
  test("of a machine that vanished leaves no backend behind: the server ends it after 10 s without a statement", async () => {
    const proxy = await proxied();
    await renewedDatabase(proxy.through(url));
    expect(await backends()).toHaveLength(1);
    proxy.silence();
    await expect.poll(backends, { timeout: 60_000 }).toEqual([]);
  });

  test("is the only one: hundreds of keys at once are read on it, and it keeps renewing", async () => {
    const gateway = await gatewayHere();
    onTestFinished(gateway.stop);
    // A gateway that is starved for longer than a lease opens a second connection, and the first
    // does
    // not disappear at once.
    const isWarning = (line: string) => JSON.parse(line).level >= 40;
    const most = await retryWithoutLease(
      async () => {
        const lines = gateway.lines().length;
        const keys = await Promise.all(Array.from({ length: 60 }, () => insertKey()));
        const seen = new Set<number>();
        const asked = Promise.all(keys.map((key) => whoami(gateway, key).then(codeOf)));
        let asking = true;
        void asked.finally(() => {
          asking = false;
        });
        while (asking) seen.add((await backends()).length);
        expect(new Set(await asked)).toEqual(new Set([ACCEPTED]));
        return gateway.lines().slice(lines).some(isWarning) ? "again" : Math.max(...seen);
      },
      (answer) => answer === "again",
    );
    expect(most).toBe(1);
  });

  test("is not used for reads before its first renewal returned: reads wait, also those requested before it was open", async () => {
    const { key, number } = await insertKey();
    const found = await retryIfSlow(async () => {
      const database = openDatabase(url, newRun("test"), vi.fn());
      const early = database.readKey(key).catch((error: unknown) => error);
      const connection = await connected(database);
      await expect(connection.readKeys([key])).rejects.toThrow("before its first renewal");
      const settled = vi.fn();
      void early.then(settled);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(settled).not.toHaveBeenCalled();
      await renewOnce(connection);
      const row = await early;
      if (row instanceof Error) throw new Error("timeout", { cause: row });
      return row;
    });
    expect(found).toMatchObject({ number });
  });

  test("takes a renewal after at most one batch of reads", async () => {
    const { database, connection } = await renewedDatabase();
    const order: string[] = [];
    const note = (what: string) => () => void order.push(what);
    const reads = Array.from({ length: 250 }, (_, index) =>
      database.readKey(randomLetters(32)).then(note(`batch ${Math.floor(index / 100)}`)),
    );
    await new Promise((resolve) => setImmediate(resolve));
    const renewal = renewOnce(connection).then(note("renewal"));
    await Promise.all([...reads, renewal]);
    const inTurn = [...new Set(order)];
    expect(inTurn.filter((what) => what !== "renewal")).toEqual(["batch 0", "batch 1", "batch 2"]);
    // It may have waited for a page of the active keys.
    expect(inTurn.indexOf("renewal")).toBeLessThanOrEqual(1);
  });

  test("that is silent for a lease is destroyed, and later replies on it are ignored", async () => {
    const proxy = await proxied();
    const { connection } = await renewedDatabase(proxy.through(url));
    proxy.silence("down");
    const began = performance.now();
    await expect(renewOnce(connection)).rejects.toThrow("was silent for 1000 ms");
    expect(performance.now() - began).toBeGreaterThanOrEqual(LEASE_MS - 1);
    await expect.poll(proxy.connections, LONG).toBe(0);
    proxy.resume();
    await expect(connection.readKeys([randomLetters(32)])).rejects.toThrow();
    await expect(renewOnce(connection)).rejects.toThrow("was silent");
  });

  test("ends earlier connections of the same run on the server, and no others", async () => {
    const other = await renewedDatabase();
    const { database } = await renewedDatabase();
    const before = await backends();
    const mine = before.filter((name, index) => before.indexOf(name) === index);
    expect(mine.length).toBeGreaterThanOrEqual(2);
    const next = await connected(database);
    await renewOnce(next);
    await expect.poll(async () => (await backends()).sort(), LONG).toEqual([...mine].sort());
    await renewOnce(other.connection);
  });

  test("keeps its settings, which neither the URL's options nor a role's settings override", async () => {
    const theirs = new URL(url);
    theirs.searchParams.set("options", "-c statement_timeout=1 -c lock_timeout=1 -c default_transaction_read_only=off");
    theirs.searchParams.set("application_name", "theirs");
    await renewedDatabase(theirs.href);
    expect(await backends()).toContainEqual(expect.stringMatching(/^countersign-gateway:[0-9a-f-]{36}$/));
  });

  test("waits for a lock no longer than a lease", async () => {
    const { connection, database } = await renewedDatabase();
    // Otherwise the lock might block the first read of the active keys instead of this one.
    await expect.poll(() => database.activeKeys.mayBeActive(randomLetters(32)), LONG).toBe(false);
    const held = asOwner("BEGIN; LOCK TABLE api_keys; SELECT pg_sleep(2); COMMIT");
    await expect
      .poll(
        async () =>
          (
            await asOwner(
              "SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'api_keys'::regclass",
            )
          ).length,
        LONG,
      )
      .toBe(1);
    await expect(connection.readKeys([randomLetters(32)])).rejects.toThrow(/lock timeout|was silent/);
    await held;
  });
});

// Spies in this process, so only if the gateway runs on Node.
test.skipIf(onBun)("opened secrets outlive the connection: keys are read again, and none is opened again", async () => {
  const proxy = await proxied();
  const gateway = await gatewayHere({ databaseUrl: proxy.through(url) });
  onTestFinished(gateway.stop);
  const keys = await Promise.all(Array.from({ length: 120 }, () => insertKey()));
  // By then the gateway has proven its ring, which opens a stored secret of each version.
  const first = await insertKey();
  expect(
    await retryWithoutLease(
      async () => codeOf(await whoami(gateway, first)),
      (code) => code !== ACCEPTED,
    ),
  ).toBe(ACCEPTED);
  // Each opening calls this once. Named imports of a Node module are updated on request only.
  const opening = vi.spyOn(crypto, "diffieHellman");
  syncBuiltinESMExports();
  onTestFinished(() => {
    opening.mockRestore();
    syncBuiltinESMExports();
  });
  const all = () => Promise.all(keys.map((key) => whoami(gateway, key).then(codeOf)));
  expect(new Set(await all())).toEqual(new Set([ACCEPTED]));
  expect(opening).toHaveBeenCalledTimes(keys.length);
  const reading = proxy.trap({ direction: "up", bytes: keys[0]?.key as string, fate: "cut", pass: false });
  proxy.drop();
  // Until the first read on a new connection, which is cut off: from here on no key is served from
  // the earlier cache.
  let read = false;
  void reading.then(() => {
    read = true;
  });
  while (!read) await all();
  expect(new Set(await all())).toEqual(new Set([ACCEPTED]));
  expect(opening).toHaveBeenCalledTimes(keys.length);
});
