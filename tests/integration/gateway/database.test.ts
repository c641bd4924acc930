import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { LeaseConnection } from "@/lib/gateway/cache/lease-protocol";
import { RENEW } from "@/lib/gateway/cache/lease-sql";
import { type Database, openDatabase } from "@/lib/gateway/database";
import { newRun } from "@/lib/gateway/run";
import { asOwner, insertKey, randomLetters, type StoredKey, setStatus } from "../../kit/gateway/gateway-keys";
import { renewOnce, retryIfSlow } from "../../kit/gateway/renewals";
import { recordChanges, restoreKeys } from "../../kit/people/key-changes";

const url = process.env.GATEWAY_DATABASE_URL as string;
const LONG = { timeout: 60_000 };
let database: Database;
let connection: LeaseConnection;

beforeAll(async () => {
  database = openDatabase(url, newRun("test"), vi.fn());
  connection = await connected();
});
afterAll(() => connection.close());

async function transaction(): Promise<{
  query(sql: string, values?: unknown[]): Promise<unknown>;
  commit(): Promise<void>;
}> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  // After a failed test the transaction stays open until its database is dropped.
  client.on("error", () => undefined);
  await client.connect();
  await client.query("BEGIN");
  return {
    query: (sql, values) => client.query(sql, values),
    async commit() {
      await recordChanges(client);
      await client.query("COMMIT");
      await client.end();
    },
  };
}

/** Replaces a connection that was too slow for a renewal. */
const renew = (since: string | null = null) =>
  retryIfSlow(() =>
    renewOnce(connection, since).catch(async (error: unknown) => {
      connection = await connected();
      throw error;
    }),
  );
const connected = () => retryIfSlow(database.connect);
const read = (key: string) => retryIfSlow(() => database.readKey(key));

describe("a renewal", () => {
  test("names what was inserted and updated since, once it is committed, and nothing else", async () => {
    const before = await insertKey();
    const { snapshot } = await renew();
    const [inserted, updated] = [await insertKey(), await insertKey()];
    const between = await renew(snapshot);
    expect(between.changed).toEqual(expect.arrayContaining([inserted.key, updated.key]));
    await setStatus(updated, "inactive");
    const after = await renew(between.snapshot);
    expect(after.changed).toContain(updated.key);
    expect([...between.changed, ...after.changed]).not.toContain(before.key);
  });

  test("names each change once, whatever transactions stay open beside it", async () => {
    const [early, late] = [await insertKey(), await insertKey()];
    const held = await transaction();
    await held.query("SELECT pg_current_xact_id()");
    let { snapshot } = await renew();
    const open = await transaction();
    await open.query("UPDATE api_keys SET status = 'inactive' WHERE id = $1", [late.id]);
    await setStatus(early, "inactive");
    const named: string[] = [];
    for (let renewals = 0; renewals < 6; renewals++) {
      if (renewals === 3) await open.commit();
      const answer = await renew(snapshot);
      named.push(...answer.changed.filter((key) => key === early.key || (key === late.key && renewals >= 3)));
      if (renewals < 3) expect(answer.changed).not.toContain(late.key);
      snapshot = answer.snapshot;
    }
    await held.commit();
    expect(named).toEqual([early.key, late.key]);
  });

  test("names nothing on the first of a connection, and says where the next may begin", async () => {
    await insertKey();
    expect(await renew()).toEqual({
      snapshot: expect.stringMatching(/^\d+:\d+:/),
      xmax: expect.any(BigInt),
      changed: [],
    });
  });

  test("is not flooded by rows that another cluster stamped with ids not assigned yet", async () => {
    const restored = await insertKey();
    const { snapshot } = await renew();
    await restoreKeys("UPDATE api_keys SET changed_xid = '999999999999' WHERE id = $1", [restored.id]);
    const [stamped] = await asOwner<{ xid: string }>("SELECT changed_xid::text AS xid FROM api_keys WHERE id = $1", [
      restored.id,
    ]);
    expect(stamped?.xid).toBe("999999999999");
    expect((await renew(snapshot)).changed).not.toContain(restored.key);
    await setStatus(restored, "inactive");
    expect((await renew(snapshot)).changed).toContain(restored.key);
  });

  test("names at most one more than 10,000, so that too many are not mistaken for all", async () => {
    const { snapshot } = await renew();
    const { merchantId } = await insertKey();
    await restoreKeys(
      `INSERT INTO api_keys (merchant_id, key)
       SELECT $1, left(md5(n::text) || md5(n::text), 32) FROM generate_series(1, 10100) n`,
      [merchantId],
    );
    expect((await renew(snapshot)).changed).toHaveLength(10_001);
  });

  test.each(Object.values(RENEW))("reads the index of changes, not the table: $name", async ({ text }) => {
    const values = ["'900:901:900'", `'${randomUUID()}'`, "'name'", "'0'", "1", "'{}'"];
    const rows = await asOwner<{ "QUERY PLAN": string }>(
      `EXPLAIN ${text.replaceAll(/\$(\d)/g, (_, place) => values[place - 1] as string)}`,
    );
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan.match(/api_keys_changed_xid_idx/g)).toHaveLength(2);
    // The few rows of `gateways` may be read whole.
    expect(plan).not.toContain("Seq Scan on api_keys");
  });
});

describe("a read", () => {
  test("finds each of many requested keys, and none that does not exist", async () => {
    const keys = await Promise.all(Array.from({ length: 120 }, () => insertKey()));
    const found = await retryIfSlow(async () => {
      await renew();
      return Promise.all(keys.flatMap(({ key }) => [database.readKey(key), database.readKey(randomLetters(32))]));
    });
    expect(found.map((row) => row && [row.key, row.number])).toEqual(
      keys.flatMap(({ key, number }) => [[key, number], null]),
    );
  });
});

describe("which keys may be active", () => {
  /**
   * If a busy machine is too slow for one page, the connection ends, and the list starts again on
   * the next connection. So the number of renewals is limited, not the time.
   */
  async function renewedUntil(ask: () => boolean[], expected: boolean[]): Promise<void> {
    for (let left = 300; left > 0 && String(ask()) !== String(expected); left--) {
      await renew();
      await sleep(50);
    }
    expect(ask()).toEqual(expected);
  }
  const mayBe = (...keys: StoredKey[]) =>
    [...keys.map(({ key }) => key), randomLetters(32)].map((key) => database.activeKeys.mayBeActive(key));

  test("is every key until a connection's first renewal has loaded them; then those that are, and neither an inactive nor an unknown one", async () => {
    const keys = [await insertKey(), await insertKey({ status: "retired" }), await insertKey({ status: "generated" })];
    connection.close();
    database = openDatabase(url, newRun("again"), vi.fn());
    connection = await connected();
    expect(mayBe(...keys)).toEqual([true, true, true, true]);
    await renewedUntil(() => mayBe(...keys), [true, false, false, false]);
  });

  test("is updated by each renewal that names one", async () => {
    const before = await renew();
    const [stopped, begun] = [await insertKey(), await insertKey({ status: "inactive" })];
    const { snapshot } = await renew(before.snapshot);
    await expect.poll(() => mayBe(stopped, begun), LONG).toEqual([true, false, false]);
    await setStatus(stopped, "inactive");
    await setStatus(begun, "active");
    const created = await insertKey();
    await renew(snapshot);
    expect(mayBe(stopped)).toEqual([false, false]);
    await expect.poll(() => mayBe(stopped, begun, created), LONG).toEqual([false, true, true, false]);
  });

  test("is read in full, page by page, though all but a few of thousands are inactive", async () => {
    const { merchantId } = await insertKey();
    await restoreKeys(
      `INSERT INTO api_keys (merchant_id, key) SELECT $1, 'x' || left(md5(n::text) || md5(n::text), 31) FROM generate_series(1, 9000) n`,
      [merchantId],
    );
    const [first, last] = [
      await insertKey({ key: `0${randomLetters(31)}` }),
      await insertKey({ key: `z${randomLetters(31)}` }),
    ];
    connection.close();
    connection = await connected();
    await renewedUntil(() => mayBe(first, last), [true, true, false]);
  });
});

describe("a connection", () => {
  test("that is lost fails at the next renewal instead of ending the process", async () => {
    const doomed = await connected();
    await asOwner(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'countersign-gateway:%' AND datname = current_database()",
    );
    await expect(renewOnce(doomed)).rejects.toThrow();
    connection = await connected();
    await renew();
    expect(await read(randomLetters(32))).toBeNull();
  });

  test("can read what is needed to check a request, and nothing else", async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await expect(client.query("UPDATE api_keys SET status = 'active'")).rejects.toThrow("permission denied");
    await expect(client.query("DELETE FROM api_keys")).rejects.toThrow("permission denied");
    for (const table of ["users", "passwords", "totp_devices", "sessions", "reveals", "audit_events", "memberships"]) {
      await expect(client.query(`SELECT FROM ${table}`), table).rejects.toThrow("permission denied");
    }
    await client.end();
  });
});
