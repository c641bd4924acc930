import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { holderOf } from "../lib/ops/postgres/advisory-locks.mjs";
import { clientFor } from "../lib/platform/db/open.mjs";
import { LOCK_WAIT_MS, schemaEngine } from "./engine";
import { NotApplied, runScript } from "./run-script";

/**
 * Applies the pending migrations in order and returns their names. One that an earlier run could
 * not complete (it was killed, it lost its connection, the database refused it) has changed nothing
 * and is tried again.
 *
 * @param url the database owner's URL; the roles of `lib/ops/postgres/roles.mjs` must exist
 * @param folder the repository's `prisma` folder
 * @throws `NotApplied` if the migration may succeed when it is tried again. Otherwise the
 *   database's error
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const baseDir = path.join(folder, "migrations");
  const migrationDirectories = await readMigrations(baseDir);
  await rollBackUnfinished(url);
  let failure: { of: string; cause: unknown } | undefined;
  // The engine reports that the database failed, but not its error.
  const run = (pool: pg.Pool, sql: string) => {
    const of = migrationDirectories.find(({ migrationFile }) => migrationFile.content.value === sql)?.path ?? null;
    return runScript(pool, sql, of).catch((cause) => {
      failure = { of: of ?? "a script", cause };
      throw cause;
    });
  };
  const engine = await schemaEngine(url, await readFile(path.join(folder, "schema.prisma"), "utf8"), run);
  const lockfile = {
    path: "migration_lock.toml",
    content: await readFile(path.join(baseDir, "migration_lock.toml"), "utf8"),
  };
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: { baseDir, lockfile, shadowDbInitScript: "", migrationDirectories },
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  } catch (error) {
    const holder = failure ? null : await lockHolder(url);
    if (holder) throw lockedBy(holder);
    if (!failure) throw error;
    const { of, cause } = failure;
    if (!(cause instanceof NotApplied))
      throw new Error(`The migration ${of} failed: ${(cause as Error).message}`, { cause });
    await engine.markMigrationRolledBack({ migrationName: of });
    throw new NotApplied(`The migration ${of} was not applied: ${cause.message}`);
  }
}

/**
 * The engine's own advisory lock, which a script's connection holds until the script has ended,
 * even if its program was killed.
 */
const LOCK = 72_707_369;
const LOCK_PAUSE_MS = 200;

const lockedBy = (holder: string): NotApplied =>
  new NotApplied(`No migration was applied: ${holder} holds the lock of those who migrate (pg_advisory_lock ${LOCK}).`);

async function lockHolder(url: string): Promise<string | null> {
  const client = await clientFor(url);
  await client.connect();
  return holderOf(client, LOCK).finally(() => client.end());
}

/**
 * Declares the migrations that were begun and not finished rolled back, which they are: `runScript`
 * finishes them in their own transaction. The engine would refuse all further ones because of them.
 */
async function rollBackUnfinished(url: string): Promise<void> {
  const client = await clientFor(url);
  await client.connect();
  try {
    await takeLock(client);
    const { rows } = await client.query<{ table: string | null }>("SELECT to_regclass('_prisma_migrations') AS table");
    if (rows[0]?.table)
      await client.query(
        "UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL",
      );
  } finally {
    await client.end();
  }
}

/**
 * Asks for the lock again and again. A statement that waits for it holds a snapshot, and whoever
 * builds an index concurrently waits for all older snapshots: PostgreSQL would end the building,
 * of hours perhaps, as a deadlock.
 */
async function takeLock(client: pg.Client): Promise<void> {
  const until = performance.now() + LOCK_WAIT_MS;
  for (; ; await sleep(LOCK_PAUSE_MS)) {
    const { rows } = await client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1) AS taken", [LOCK]);
    if (rows[0]?.taken) return;
    if (performance.now() >= until) throw lockedBy((await holderOf(client, LOCK)) ?? "another session");
  }
}

async function readMigrations(baseDir: string) {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok" as const, value: await readFile(path.join(baseDir, name, "migration.sql"), "utf8") },
      },
    })),
  );
}
