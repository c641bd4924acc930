import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Database, openDatabase, POLL } from "@/lib/gateway/database";
import type { PollConnection } from "@/lib/gateway/poller";
import { asOwner, insertKey, letters, setStatus } from "../kit/gateway-keys";

const url = process.env.GATEWAY_DATABASE_URL as string;
let database: Database;
let connection: PollConnection;

beforeAll(async () => {
  database = openDatabase(url, vi.fn());
  connection = await connected();
});
afterAll(async () => {
  connection.close();
  await database.close();
});

async function transaction(): Promise<{ query(sql: string, values?: unknown[]): Promise<unknown>; commit(): Promise<void> }> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  // A test that fails leaves it open until its database is dropped.
  client.on("error", () => undefined);
  await client.connect();
  await client.query("BEGIN");
  return {
    query: (sql, values) => client.query(sql, values),
    async commit() {
      await client.query("COMMIT");
      await client.end();
    },
  };
}

/** Again where it took longer than a lease, as any question to a database may on a busy machine. */
async function inTime<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left--)
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || !/timeout/.test(String(error))) throw error;
    }
}

/** A connection that was too slow for one poll is used for no other. */
const poll = (since: bigint | null) =>
  inTime(() =>
    connection.poll(since).catch(async (error: unknown) => {
      connection.close();
      connection = await connected();
      throw error;
    }),
  );
const connected = () => inTime(database.connectPoll);
const read = (key: string) => inTime(() => database.readKey(key));

/** Transactions of other databases in this cluster hold xmin back too: polls until one names the key no more. */
async function passed(key: string): Promise<bigint> {
  for (let { xmin } = await poll(null); ; ) {
    const answer = await poll(xmin);
    if (answer.xmin > xmin && !answer.changed.includes(key)) return answer.xmin;
    xmin = answer.xmin;
    await insertKey();
  }
}

describe("a poll", () => {
  test("names what was inserted and updated since, once it is committed, and nothing else", async () => {
    const before = await insertKey();
    const xmin = await passed(before.key);
    const [inserted, updated] = [await insertKey(), await insertKey()];
    const { xmin: between } = await poll(xmin);
    await setStatus(updated, "inactive");
    const { changed } = await poll(between);
    expect(changed).toContain(updated.key);
    expect(changed).not.toContain(before.key);
    expect((await poll(xmin)).changed).toEqual(expect.arrayContaining([inserted.key, updated.key]));
  });

  test("names a change whose transaction was open at the poll before, however many polls it stays open", async () => {
    const key = await insertKey();
    let xmin = await passed(key.key);
    const open = await transaction();
    await open.query("UPDATE api_keys SET status = 'inactive' WHERE id = $1", [key.id]);
    for (let polls = 0; polls < 3; polls++) {
      await insertKey();
      const answer = await poll(xmin);
      expect(answer.changed).not.toContain(key.key);
      xmin = answer.xmin;
    }
    await open.commit();
    expect((await poll(xmin)).changed).toContain(key.key);
  });

  test("names nothing on the first of a connection, and says where the next may begin", async () => {
    await insertKey();
    const answer = await poll(null);
    expect(answer).toEqual({ xmin: expect.any(BigInt), inRecovery: false, changed: [] });
  });

  test("is not flooded by rows that another cluster stamped with ids not given out yet", async () => {
    const restored = await insertKey();
    const { xmin } = await poll(null);
    const owner = await transaction();
    await owner.query("SET LOCAL session_replication_role = replica").catch(() => undefined);
    await owner.query("UPDATE api_keys SET changed_xid = '999999999999' WHERE id = $1", [restored.id]);
    await owner.commit();
    const [stamped] = await asOwner<{ xid: string }>("SELECT changed_xid::text AS xid FROM api_keys WHERE id = $1", [restored.id]);
    expect(stamped?.xid).toBe("999999999999");
    expect((await poll(xmin)).changed).not.toContain(restored.key);
    await setStatus(restored, "inactive");
    expect((await poll(xmin)).changed).toContain(restored.key);
  });

  test("names at most one more than 10,000, so that nobody mistakes too many for all", async () => {
    const { xmin } = await poll(null);
    const { merchantId } = await insertKey();
    await asOwner(
      `INSERT INTO api_keys (merchant_id, key)
       SELECT $1, left(md5(n::text) || md5(n::text), 32) FROM generate_series(1, 10100) n`,
      [merchantId],
    );
    expect((await poll(xmin)).changed).toHaveLength(10_001);
  });

  test("reads the index of changes, not the table", async () => {
    const rows = await asOwner<{ "QUERY PLAN": string }>(`EXPLAIN ${POLL.text.replace("$1", "'900'")}`);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).toContain("api_keys_changed_xid_idx");
    expect(plan).not.toContain("Seq Scan");
  });
});

describe("a read", () => {
  test("finds each of many keys asked for at once, and none that does not exist", async () => {
    const keys = await Promise.all(Array.from({ length: 120 }, () => insertKey()));
    const found = await Promise.all(keys.flatMap(({ key }) => [read(key), read(letters(32))]));
    expect(found.map((row) => row && [row.key, row.number])).toEqual(keys.flatMap(({ key, number }) => [[key, number], null]));
  });
});

describe("a connection", () => {
  test("that is lost fails at the next poll instead of ending the process", async () => {
    const doomed = await connected();
    await asOwner(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'countersign-gateway' AND datname = current_database()",
    );
    await expect(doomed.poll(null)).rejects.toThrow();
    connection = await connected();
    expect(await read(letters(32))).toBeNull();
  });

  test("may read what a request is judged by, and nothing else", async () => {
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
