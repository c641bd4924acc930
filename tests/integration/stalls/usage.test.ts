import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { rollUpUsage } from "@/lib/worker/jobs/usage";
import { bundleOf, childEnv } from "../../kit/child-env";
import { freePort } from "../../kit/free-port";
import { asOwner, insertKey } from "../../kit/gateway/gateway-keys";
import { codeOf, whoami } from "../../kit/gateway/gateway-requests";
import { retryUnavailable } from "../../kit/gateway/lease-retries";
import { ANSWER, lastUseOf, refusalsOf, usageAt, usageDatabase, usageOf } from "../../kit/gateway/usage";

const database = usageDatabase();
afterAll(() => database.close());

let keys = 2_000_000;
const newKey = () => ++keys;
const accepted = (keyNumber: number) => ({ answer: ANSWER, outcome: "accepted" as const, keyNumber });
const refused = (keyNumber: number) => ({ answer: ANSWER, outcome: "bad_header_signature" as const, keyNumber });

describe("usage counters", () => {
  test("are all bigint", async () => {
    const columns = await asOwner<{ name: string; type: string }>(
      `SELECT table_name || '.' || column_name AS name, data_type AS type FROM information_schema.columns
       WHERE table_name IN ('key_usage', 'key_usage_hours', 'key_usage_days', 'refusals') AND data_type IN ('integer', 'smallint', 'numeric') ORDER BY 1`,
    );
    expect(columns.map(({ name }) => name)).toEqual([
      "key_usage.key_number",
      "key_usage_days.key_number",
      "key_usage_hours.key_number",
      "refusals.key_number",
    ]);
  });

  test("count past 2,147,483,647", async () => {
    const [usage, number] = [usageAt(Date.now), newKey()];
    usage.record(refused(number), "192.0.2.1");
    usage.record(accepted(number), "192.0.2.1");
    await usage.flush(async (_, hours, entries) => {
      for (const hour of hours) hour.counts = hour.counts.map((count) => count * 3_000_000_000);
      for (const entry of entries) entry.count = 3_000_000_000;
      await database.write(2 ** 31, hours, entries);
    });
    expect(await refusalsOf(number)).toMatchObject([{ count: 3_000_000_000 }]);
    const [row] = await asOwner("SELECT accepted::float8, flush::float8 FROM key_usage WHERE key_number = $1", [
      number,
    ]);
    expect(row).toEqual({ accepted: 3_000_000_000, flush: 2 ** 31 });
  });
});

describe("a row that the database rejects", () => {
  test("does not keep others from being written, and is logged", async () => {
    const overrides: unknown[] = [];
    const usage = usageAt(Date.now, (error) => overrides.push(error));
    const numbers = Array.from({ length: 100 }, newKey);
    for (const number of numbers) {
      usage.record(accepted(number), "192.0.2.1");
      usage.record(refused(number), number % 50 === 0 ? "no text of PostgreSQL's: \0" : "192.0.2.1");
    }
    await usage.flush(database.write);
    expect(usage.waiting).toBe(0);
    const [sums] = await asOwner(
      `SELECT (SELECT sum(accepted)::int FROM key_usage WHERE key_number = ANY ($1)) AS accepted,
         (SELECT count(*)::int FROM refusals WHERE key_number = ANY ($1)) AS refused`,
      [numbers],
    );
    expect(sums).toEqual({ accepted: 100, refused: 98 });
    expect(overrides.map(String)).toEqual(Array(2).fill(expect.stringContaining("invalid byte sequence")));
  });

  test("with an invalid time does not keep others from being written", async () => {
    let now = Date.now();
    const [usage, number] = [usageAt(() => now), newKey()];
    usage.record(refused(number), "192.0.2.1");
    now = Number.NaN;
    usage.record(refused(newKey()), "192.0.2.1");
    now = Date.now();
    await usage.flush(database.write);
    expect(await refusalsOf(number)).toMatchObject([{ count: 1 }]);
  });

  test("is not confused with a database that is unreachable: then everything waits", async () => {
    const usage = usageAt(Date.now);
    for (const number of [newKey(), newKey()]) usage.record(refused(number), number % 2 === 0 ? "\0" : "192.0.2.1");
    const waiting = usage.waiting;
    let writes = 0;
    const away = async (...rows: Parameters<typeof database.write>) => {
      if (++writes > 2) throw Object.assign(new Error("terminating connection"), { code: "57P01" });
      await database.write(...rows);
    };
    await expect(usage.flush(away)).rejects.toThrow("terminating");
    expect(usage.waiting).toBeGreaterThanOrEqual(waiting - 2);
    await usage.flush(database.write);
    expect(usage.waiting).toBe(0);
  });
});

describe("a gateway whose clock is ahead", () => {
  test("reports no time later than the database's now, and replaces what it once reported later", async () => {
    const [ahead, honest, number] = [usageAt(() => Date.now() + 365 * 86_400_000), usageAt(Date.now), newKey()];
    for (const usage of [ahead, honest]) {
      usage.record(accepted(number), "192.0.2.1");
      usage.record(refused(number), "192.0.2.1");
    }
    await ahead.flush(database.write);
    const isPast = `SELECT (SELECT at <= now() FROM key_last_used WHERE key_number = $1) AS used,
      (SELECT bool_and(first_at <= now() AND last_at <= now()) FROM refusals WHERE key_number = $1) AS refused`;
    expect(await asOwner(isPast, [number])).toEqual([{ used: true, refused: true }]);
    await asOwner("UPDATE key_last_used SET at = now() + interval '1 year', source = 'frozen' WHERE key_number = $1", [
      number,
    ]);
    await honest.flush(database.write);
    expect(await lastUseOf(number)).toMatchObject({ source: "192.0.2.1" });
    expect(await asOwner(isPast, [number])).toEqual([{ used: true, refused: true }]);
  });
});

/** A gateway whose wall clock is off by this much, as on a machine with a wrong clock. */
async function gatewayOff(milliseconds: number) {
  const code = `const real = Date.now; Date.now = () => real() + ${milliseconds};`;
  const port = await freePort();
  const env = childEnv({
    NODE_ENV: "production",
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
    GATEWAY_DATABASE_URL: process.env.GATEWAY_DATABASE_URL,
    SEALING_PRIVATE_KEYS: process.env.SEALING_PRIVATE_KEYS,
    GATEWAY_PORT: String(port),
    DRAIN_SECONDS: "0",
  });
  const child = spawn(process.execPath, [bundleOf("gateway")], { env, stdio: "ignore" });
  const exited = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  return { origin: `http://127.0.0.1:${port}` };
}

test.each([
  ["three days behind", -3 * 86_400_000],
  ["a year ahead", 365 * 86_400_000],
])(
  "requests at a gateway whose clock is %s are counted once, whatever the worker does meanwhile, and used now",
  async (_, off) => {
    const gateway = await gatewayOff(off);
    const key = await insertKey();
    await expect.poll(() => whoami(gateway, key).then(codeOf, String), { timeout: 60_000 }).toBe("200 accepted");
    const total = async () => {
      await rollUpUsage();
      const [row] = await asOwner<{ sum: number }>(
        `SELECT (SELECT coalesce(sum(accepted), 0) FROM key_usage WHERE key_number = $1)::int
         + (SELECT coalesce(sum(accepted), 0) FROM key_usage_hours WHERE key_number = $1)::int AS sum`,
        [key.number],
      );
      return row?.sum ?? 0;
    };
    for (const count of [1, 2]) {
      if (count > 1) expect(codeOf(await retryUnavailable(() => whoami(gateway, key)))).toBe("200 accepted");
      await expect.poll(total, { timeout: 60_000 }).toBeGreaterThanOrEqual(count);
      expect(await total()).toBe(count);
    }
    const [{ recent } = {}] = await asOwner<{ recent: boolean }>(
      `SELECT at BETWEEN now() - interval '10 minutes' AND now() AS recent FROM key_last_used WHERE key_number = $1`,
      [key.number],
    );
    expect(recent).toBe(true);
    expect(await usageOf(key.number)).toMatchObject({ accepted: 2 });
  },
);
