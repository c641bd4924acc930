import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { COLUMNS } from "@/lib/gateway/usage/columns";
import { deleteOldRefusals, trimRefusals } from "@/lib/worker/jobs/refusals";
import { deleteOldDays, deleteOldHours, rollUpUsage } from "@/lib/worker/jobs/usage";
import { asOwner } from "../../kit/gateway/gateway-keys";

beforeEach(() => asOwner("TRUNCATE key_usage, key_usage_hours, key_usage_days, refusals"));

const hour = (key: number, age: string, values: Partial<Record<(typeof COLUMNS)[number], number>>) =>
  asOwner(
    `INSERT INTO key_usage (key_number, hour, gateway, flush, ${COLUMNS.join(", ")})
     VALUES ($1, date_trunc('hour', now(), 'UTC') - $2::interval, $3, 1, ${COLUMNS.map((column) => values[column] ?? 0).join(", ")})`,
    [key, age, randomUUID()],
  );
const counted = () => asOwner("SELECT key_number, accepted::int FROM key_usage ORDER BY hour");
const hours = () =>
  asOwner("SELECT key_number, accepted::int, ip_not_allowed::int FROM key_usage_hours ORDER BY key_number, hour");

const days = () =>
  asOwner("SELECT key_number, accepted::int, ip_not_allowed::int FROM key_usage_days ORDER BY key_number, day");

describe("the hours of gateways", () => {
  test("are kept for 48 hours, and then added up, all gateways together", async () => {
    await hour(7, "47 hours", { accepted: 100 });
    for (const accepted of [1, 2]) await hour(7, "60 hours", { accepted, ip_not_allowed: 4 });
    await hour(7, "63 hours", { accepted: 8 });
    await hour(8, "60 hours", { accepted: 16 });
    expect(await rollUpUsage()).toBe(4);
    expect(await counted()).toEqual([{ key_number: 7, accepted: 100 }]);
    expect(await hours()).toEqual([
      { key_number: 7, accepted: 8, ip_not_allowed: 0 },
      { key_number: 7, accepted: 3, ip_not_allowed: 8 },
      { key_number: 8, accepted: 16, ip_not_allowed: 0 },
    ]);
  });

  test("are added to their UTC day too, in the same statement", async () => {
    await asOwner(
      `INSERT INTO key_usage (key_number, hour, gateway, flush, ${COLUMNS.join(", ")})
       SELECT 7, timestamptz '2026-03-01 00:00:00Z' + n * interval '1 hour', gen_random_uuid(), 1, ${COLUMNS.map((_, place) => (place === 0 ? 1 : 0)).join(", ")}
       FROM generate_series(-2, 25) n`,
    );
    await hour(7, "0 hours", { accepted: 100 });
    expect(await rollUpUsage(20)).toBe(20);
    expect(await days()).toEqual([2, 18].map((accepted) => ({ key_number: 7, accepted, ip_not_allowed: 0 })));
    expect(await rollUpUsage(20)).toBe(8);
    expect(await days()).toEqual([2, 24, 2].map((accepted) => ({ key_number: 7, accepted, ip_not_allowed: 0 })));
    expect(await hours()).toHaveLength(28);
  });

  test("that come late are added to the same hour", async () => {
    await hour(7, "60 hours", { accepted: 1 });
    await rollUpUsage();
    await hour(7, "60 hours", { accepted: 2 });
    await rollUpUsage();
    expect(await hours()).toEqual([{ key_number: 7, accepted: 3, ip_not_allowed: 0 }]);
  });

  test("are each counted once, however many workers roll them up", async () => {
    for (let n = 0; n < 60; n++) await hour(n % 3, `${60 + (n % 20)} hours`, { accepted: 1 });
    const counts = await Promise.all(Array.from({ length: 4 }, rollUpUsage));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60);
    const [row] = await asOwner("SELECT sum(accepted)::int AS accepted FROM key_usage_hours");
    expect(row).toEqual({ accepted: 60 });
    expect(await rollUpUsage()).toBe(0);
  });
});

test("hours are kept for 8 days, and days for 90", async () => {
  for (const age of ["7 days 23 hours", "8 days"]) await hour(7, age, { accepted: 1 });
  await rollUpUsage();
  expect(await deleteOldHours()).toBe(1);
  expect(await hours()).toHaveLength(1);
  await asOwner("TRUNCATE key_usage_days");
  for (const age of ["89 days", "90 days"]) await hour(7, age, { accepted: 1 });
  await rollUpUsage();
  expect(await deleteOldDays()).toBe(1);
  expect(await days()).toHaveLength(1);
});

describe("refusal counts", () => {
  const refusals = (key: number | null, count: number, age = "0 s") =>
    asOwner(
      `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, flush)
       SELECT gen_random_uuid(), $1, 'ip_not_allowed', n::text, now(), now() - $2::interval - n * interval '1 ms', 1, 1 FROM generate_series(1, $3) n`,
      [key, age, count],
    );
  const left = async (key: number | null) =>
    (
      await asOwner<{ source: string }>(
        "SELECT source FROM refusals WHERE key_number IS NOT DISTINCT FROM $1 ORDER BY last_at DESC",
        [key],
      )
    ).map(({ source }) => Number(source));

  test.each([7, null])("keep the thousand latest rows of a key (%s), and no more", async (key) => {
    await refusals(key, 1_500);
    await refusals(8, 20);
    const trim = trimRefusals();
    expect(await trim()).toBe(500);
    expect(await left(key)).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1));
    expect(await left(8)).toHaveLength(20);
    expect(await trim()).toBe(0);
  });

  test("of keys that are no longer refused are trimmed by a worker that begins, a hundred keys a round", async () => {
    for (const key of [7, 8]) await refusals(key, 1_200, "2 days");
    await asOwner(
      `INSERT INTO refusals (id, key_number, reason, source, first_at, last_at, count, flush)
       SELECT gen_random_uuid(), 10 + n, 'x', 'x', now(), now() - interval '2 days', 1, 1 FROM generate_series(1, 150) n`,
    );
    await refusals(1_000, 1_030, "2 days");
    const trim = trimRefusals();
    const counts: number[] = [];
    for (let round = 0; round < 7; round++) counts.push(await trim(150));
    expect(counts).toEqual([150, 150, 100, 30, 0, 0, 0]);
    await refusals(7, 1, "2 days");
    expect(await trim()).toBe(0);
  });

  test("of all keys are trimmed again after a round that failed", async () => {
    const trim = trimRefusals();
    expect([await trim(), await trim()]).toEqual([0, 0]);
    await refusals(8, 1_200, "2 days");
    expect(await trim()).toBe(0);
    await asOwner("ALTER TABLE refusals RENAME TO away");
    await expect(trim()).rejects.toThrow();
    await asOwner("ALTER TABLE away RENAME TO refusals");
    expect(await trim()).toBe(200);
  });

  test("however many keys have too many, no statement deletes more rows than it is told to", async () => {
    const trim = trimRefusals();
    expect(await trim()).toBe(0);
    for (const key of [7, 8, 9]) await refusals(key, 1_100);
    expect([await trim(120), await trim(120), await trim(120), await trim(120)]).toEqual([120, 120, 60, 0]);
  });

  test("are deleted 90 days after the last refusal of their kind", async () => {
    await refusals(7, 1, "89 days 23 hours");
    await refusals(8, 1, "90 days");
    expect(await deleteOldRefusals()).toBe(1);
    expect(await left(7)).toHaveLength(1);
  });
});
