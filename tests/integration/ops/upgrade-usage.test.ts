import pg from "pg";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { COLUMNS } from "@/lib/gateway/usage/columns";
import { type DatabaseUrls, emptyDatabase } from "../../kit/database/database";
import { type Migrate, migrationProgram } from "../../kit/database/migrations";

const BY_THE_HOUR = "20261130120000_usage_by_the_hour";
const HOUR = "2026-11-23 12:00:00Z";
/** The nth of the columns is n, so that sums tell whether two of them were mixed up. */
const EACH = COLUMNS.map((_, place) => place + 1);

let urls: DatabaseUrls;
let owner: pg.Client;
let migrate: Migrate;

/** A database in which gateways count by the minute. */
beforeEach(async () => {
  urls = await emptyDatabase();
  await (await migrationProgram({}, { before: BY_THE_HOUR, url: urls.owner }))();
  migrate = await migrationProgram({}, { url: urls.owner });
  owner = await connected(urls.owner);
});

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: "countersign-gateway-usage" });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const minutes = (key: number, from: string, count: number) =>
  owner.query(
    `INSERT INTO key_usage (key_number, minute, gateway, flush, ${COLUMNS.join(", ")})
     SELECT $1, $2::timestamptz + n * interval '1 minute', gen_random_uuid(), 1, ${EACH.join(", ")} FROM generate_series(0, $3 - 1) n`,
    [key, from, count],
  );
const hours = async () =>
  (
    await owner.query<Record<string, unknown>>(
      `SELECT key_number, extract(epoch FROM hour - $1)::int / 3600 AS hour, ${COLUMNS.map((name) => `${name}::int`).join(", ")}
       FROM key_usage_hours ORDER BY key_number, hour`,
      [HOUR],
    )
  ).rows.map(Object.values);
const days = async () =>
  (
    await owner.query<Record<string, unknown>>(
      `SELECT key_number, day::text, ${COLUMNS.map((name) => `${name}::int`).join(", ")} FROM key_usage_days ORDER BY key_number, day`,
    )
  ).rows.map(Object.values);
const times = (factor: number) => EACH.map((count) => factor * count);

test("minutes become hours, all gateways together, and are added to what was rolled up of the same hour", async () => {
  await minutes(7, HOUR, 90);
  await minutes(7, HOUR, 5);
  await minutes(8, "2026-11-23 14:59:00Z", 2);
  await owner.query(
    `INSERT INTO key_usage_hours (key_number, hour, ${COLUMNS.join(", ")}) VALUES (7, $1, ${times(100).join(", ")}), (9, $1, ${EACH.join(", ")})`,
    [HOUR],
  );
  expect((await migrate()).split("\n")).toContain(BY_THE_HOUR);
  expect(await hours()).toEqual([
    [7, 0, ...times(165)],
    [7, 1, ...times(30)],
    [8, 2, ...times(1)],
    [8, 3, ...times(1)],
    [9, 0, ...times(1)],
  ]);
  expect((await owner.query("SELECT FROM key_usage")).rowCount).toBe(0);
});

test("hours, those of minutes too, become UTC days", async () => {
  await minutes(7, "2026-11-23 23:59:00Z", 3);
  await owner.query(
    `INSERT INTO key_usage_hours (key_number, hour, ${COLUMNS.join(", ")}) VALUES
       (7, '2026-11-23 00:00:00Z', ${times(10).join(", ")}), (7, '2026-11-22 23:00:00Z', ${times(5).join(", ")})`,
  );
  const [{ name } = {}] = (await owner.query<{ name: string }>("SELECT current_database() AS name")).rows;
  await owner.query(`ALTER DATABASE "${name}" SET TimeZone = 'Pacific/Auckland'`);
  await migrate();
  expect(await days()).toEqual([
    [7, "2026-11-22", ...times(5)],
    [7, "2026-11-23", ...times(11)],
    [7, "2026-11-24", ...times(2)],
  ]);
});

test("gateways that count by the minute must be stopped first: while one is connected nothing is changed", async () => {
  await minutes(7, HOUR, 3);
  await connected(urls.gateway);
  const refused = await migrate().catch((error: Error) => error.message);
  expect(refused).toContain(
    `${BY_THE_HOUR} was not applied: gateways are connected: countersign-gateway-usage (process `,
  );
  expect((await owner.query("SELECT minute FROM key_usage")).rowCount).toBe(3);
  expect(await hours()).toEqual([]);
});

test("afterwards the database takes whole hours only", async () => {
  await migrate();
  const count = (hour: string) =>
    owner.query(
      `INSERT INTO key_usage (key_number, hour, gateway, flush, ${COLUMNS.join(", ")}) VALUES (7, $1, gen_random_uuid(), 1, ${EACH.join(", ")})`,
      [hour],
    );
  await count(HOUR);
  await expect(count("2026-11-23 12:01:00Z")).rejects.toMatchObject({ constraint: "key_usage_whole_hours" });
});
