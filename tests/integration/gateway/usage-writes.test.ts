import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startFlushing } from "@/lib/gateway/usage/flusher";
import type { Usage, Write } from "@/lib/gateway/usage/usage";
import { deadlocksFromNow } from "../../kit/database/deadlocks";
import { asOwner } from "../../kit/gateway/gateway-keys";
import { ANSWER, lastUseOf, refusalsOf, usageAt, usageDatabase, usageOf } from "../../kit/gateway/usage";
import { startTcpProxy } from "../../kit/network/tcp-proxy";
import { retryIfStarved } from "../../kit/retry-if-starved";

const NOON = Date.UTC(2026, 10, 23, 12);
const [first, second] = [usageDatabase(), usageDatabase()];
afterAll(() => Promise.all([first.close(), second.close()]));

/** As the gateway does it: a write that timed out is repeated later. */
async function flushed(usage: Usage, write: Write): Promise<void> {
  for (let left = 20; ; left--)
    try {
      return await usage.flush(write);
    } catch (error) {
      if (left === 0 || !/timeout/.test(String(error))) throw error;
    }
}

let keys = 1_000_000;
const newKey = () => ++keys;
const accepted = (keyNumber: number) => ({ answer: ANSWER, outcome: "accepted" as const, keyNumber });
const refused = (
  keyNumber: number | null,
  outcome: "bad_header_signature" | "bad_header_key" = "bad_header_signature",
) => ({
  answer: ANSWER,
  outcome,
  keyNumber,
});

describe("two gateways that write the usage of the same keys at once", () => {
  test("neither deadlock nor count anything twice", async () => {
    const deadlocks = deadlocksFromNow();
    const numbers = Array.from({ length: 300 }, newKey);
    let now = NOON;
    const gateways = [
      { usage: usageAt(() => now), database: first, order: numbers },
      { usage: usageAt(() => now + 1), database: second, order: numbers.toReversed() },
    ];
    const ROUNDS = 20;
    for (let round = 0; round < ROUNDS; round++) {
      now += 7_000;
      for (const { usage, order } of gateways) {
        for (const number of order) {
          usage.record(accepted(number), "192.0.2.1");
          usage.record(refused(number), "192.0.2.2");
        }
      }
      await Promise.all(gateways.map(({ usage, database }) => flushed(usage, database.write)));
    }
    expect(deadlocks()).toEqual([]);
    for (const number of [numbers[0], numbers[150], numbers[299]] as number[]) {
      expect(await usageOf(number)).toMatchObject({ accepted: 2 * ROUNDS, bad_header_signature: 2 * ROUNDS });
      expect((await refusalsOf(number)).map(({ count }) => count)).toEqual([ROUNDS, ROUNDS]);
    }
    expect((await lastUseOf(numbers[0] as number))?.at.getTime()).toBe(now + 1);
  });

  test("the one whose clock is behind does not reset the last use to an earlier time", async () => {
    const number = newKey();
    for (const [at, source] of [
      [NOON + 500, "192.0.2.1"],
      [NOON, "192.0.2.2"],
    ] as const) {
      const usage = usageAt(() => at);
      usage.record(accepted(number), source);
      await usage.flush(first.write);
    }
    expect(await lastUseOf(number)).toEqual({ at: new Date(NOON + 500), source: "192.0.2.1" });
  });
});

describe("a write whose reply is lost", () => {
  let proxy: Awaited<ReturnType<typeof startTcpProxy>>;
  beforeAll(async () => {
    const { hostname, port } = new URL(process.env.GATEWAY_DATABASE_URL as string);
    proxy = await startTcpProxy({ host: hostname, port: Number(port) });
  });
  afterAll(() => proxy.close());

  test.each([
    ["after its commit", { direction: "down", bytes: "INSERT 0 ", pass: false }, 3],
    ["before it reaches the database", { direction: "up", bytes: "INSERT INTO key_usage", pass: false }, 0],
  ] as const)("%s is repeated, and counts once", async (_, trap, already) => {
    const database = usageDatabase(proxy.through(process.env.GATEWAY_DATABASE_URL as string));
    onTestFinished(database.close);
    const [usage, number] = [usageAt(() => NOON), newKey()];
    for (let n = 0; n < 3; n++) {
      usage.record(accepted(number), "192.0.2.1");
      usage.record(refused(number), "192.0.2.1");
    }
    const sprung = proxy.trap({ ...trap, fate: "cut" });
    await expect(usage.flush(database.write)).rejects.toThrow();
    await sprung;
    await expect.poll(() => usageOf(number)).toMatchObject({ accepted: already });
    usage.record(accepted(number), "192.0.2.1");
    await usage.flush(database.write);
    expect(await usageOf(number)).toMatchObject({ accepted: 4, bad_header_signature: 3, rows: 1 });
    expect(await refusalsOf(number)).toMatchObject([{ count: 3 }]);
  });
});

test("a write that was given up and arrives after the next one changes nothing", async () => {
  const [usage, number] = [usageAt(() => NOON), newKey()];
  const late: (() => Promise<void>)[] = [];
  usage.record(accepted(number), "192.0.2.1");
  usage.record(refused(number), "192.0.2.1");
  await usage
    .flush(async (flush, hours, entries) => {
      const [then, before] = structuredClone([hours, entries]);
      late.push(() => first.write(flush, then, before));
      throw new Error("given up");
    })
    .catch(() => undefined);
  usage.record(accepted(number), "192.0.2.1");
  usage.record(refused(number), "192.0.2.1");
  await usage.flush(first.write);
  await late[0]?.();
  expect(await usageOf(number)).toMatchObject({ accepted: 2, bad_header_signature: 2, rows: 1 });
  expect(await refusalsOf(number)).toMatchObject([{ count: 2 }]);
});

describe("under attack", () => {
  test("a hundred thousand requests with made-up keys from many networks leave 101 rows and no count of a key", async () => {
    const usage = usageAt(() => NOON);
    const before = (await refusalsOf(null)).length;
    for (let n = 0; n < 100_000; n++)
      usage.record(refused(null, "bad_header_key"), `10.${n & 255}.${(n >> 8) & 255}.1`);
    await flushed(usage, first.write);
    const rows = await refusalsOf(null);
    expect(rows).toHaveLength(before + 101);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(100_000);
  });

  test("refusals of 11,000 keys are written in parts, 10,000 of them as refusal counts, all of them in their key's hour", async () => {
    const usage = usageAt(() => NOON);
    const from = keys + 1;
    for (let n = 0; n < 11_000; n++) usage.record(refused(newKey()), "192.0.2.3");
    const sizes: number[] = [];
    await flushed(usage, (flush, hours, entries) => {
      sizes.push(hours.length + entries.length);
      return first.write(flush, hours, entries);
    });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10_000);
    const [row] = await asOwner(
      `SELECT (SELECT count(*)::int FROM refusals WHERE key_number >= $1) AS ledger,
         (SELECT sum(bad_header_signature)::int FROM key_usage WHERE key_number >= $1) AS hours`,
      [from],
    );
    expect(row).toEqual({ ledger: 10_000, hours: 11_000 });
  });
});

test("a stop while the database is unreachable tries three times, then gives up", async () => {
  const [usage, failures] = [usageAt(() => NOON), [] as unknown[]];
  usage.record(accepted(newKey()), "192.0.2.1");
  const flushing = startFlushing(
    usage,
    () => Promise.reject(new Error("away")),
    (error) => failures.push(error),
  );
  await flushing.stop();
  expect(failures).toHaveLength(3);
});

test("a stop does not wait for a database that is silent longer than 5 s", async () => {
  const usage = usageAt(() => NOON);
  usage.record(accepted(newKey()), "192.0.2.1");
  const flushing = startFlushing(
    usage,
    () => new Promise(() => undefined),
    () => undefined,
  );
  await retryIfStarved(500, async () => {
    const began = performance.now();
    await flushing.stop();
    expect(performance.now() - began).toBeLessThan(6_000);
  });
});

describe("the gateway's role", () => {
  test.each([
    "DELETE FROM key_usage",
    "DELETE FROM key_last_used",
    "DELETE FROM refusals",
    "SELECT 1 FROM key_usage_hours",
    "INSERT INTO key_usage_hours (key_number) VALUES (1)",
    "SELECT 1 FROM key_usage_days",
    "TRUNCATE refusals",
  ])("is refused: %s", async (sql) => {
    await expect(as("GATEWAY_DATABASE_URL", sql)).rejects.toThrow("permission denied");
  });
});

describe("the dashboard's role", () => {
  test.each([
    "INSERT INTO key_usage (key_number) VALUES (1)",
    "INSERT INTO refusals (count) VALUES (1)",
    "UPDATE key_last_used SET source = 'x'",
  ])("inserts no usage: %s", async (sql) => {
    await expect(as("APP_DATABASE_URL", sql)).rejects.toThrow("permission denied");
  });
});

describe("the support desk's role", () => {
  const TABLES = ["key_usage", "key_usage_hours", "key_usage_days", "key_last_used", "refusals"];
  test.each(TABLES.flatMap((table) => [`DELETE FROM ${table}`, `INSERT INTO ${table} DEFAULT VALUES`]))(
    "is refused: %s",
    async (sql) => {
      await expect(as("SUPPORT_DATABASE_URL", sql)).rejects.toThrow("permission denied");
    },
  );

  test.each(TABLES)("reads %s", async (table) => {
    await as("SUPPORT_DATABASE_URL", `SELECT * FROM ${table} LIMIT 1`);
  });
});

async function as(variable: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env[variable] });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
