import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { expect, onTestFinished, test, vi } from "vitest";
import { migrate } from "@/lib/ops/postgres/embedded.mjs";
import { emptyDatabase } from "../../kit/database/database";
import { migrationProgram } from "../../kit/database/migrations";

/** What a program of the set-up may be still for, if its caller says nothing. */
const STILL_MS = 500;

vi.mock("@/lib/ops/run.mjs", async (original) => {
  const real = await original<typeof import("@/lib/ops/run.mjs")>();
  const run: typeof real.run = (args, options) => real.run(args, { stillMs: STILL_MS, ...options });
  return { ...real, run };
});

const INDEX = "20261130106000_keys_by_fingerprint";
const BUILDING =
  "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%CREATE INDEX CONCURRENTLY%' AND pid <> pg_backend_pid()";

test("npm start does not end a migration that waits in the database, however long it shows no activity", async () => {
  const { owner } = await emptyDatabase();
  await (await migrationProgram({}, { before: INDEX, url: owner }))();
  const report = await connected(owner);
  await report.query("BEGIN");
  await report.query("DELETE FROM api_keys WHERE false");
  const migrating = migrate({ ...process.env, DATABASE_URL: owner });
  const watch = await connected(owner);
  const building = async () => (await watch.query(BUILDING)).rowCount;
  await Promise.race([expect.poll(building, { timeout: 60_000 }).toBe(1), migrating]);
  await Promise.race([sleep(6 * STILL_MS), migrating]);
  await report.query("COMMIT");
  await migrating;
  const { rows } = await watch.query(
    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'api_keys_by_fingerprint'::regclass",
  );
  expect(rows).toEqual([{ indisvalid: true }]);
});

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}
