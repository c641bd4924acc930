import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type pg from "pg";
import { holderOf } from "../lib/ops/postgres/advisory-locks.mjs";
import { clientFor } from "../lib/platform/db/open.mjs";
import { schemaEngine } from "./engine";
import { NotApplied, runScript } from "./run-script";

/**
 * Applies the pending migrations in order and returns their names.
 *
 * @param url the database owner's URL; the roles of `lib/ops/postgres/roles.mjs` must exist
 * @param folder the repository's `prisma` folder
 * @throws `NotApplied` if nothing of that migration was done, so that it may be tried again.
 *   Otherwise the database's error; a failed migration stays in `_prisma_migrations`, as Prisma's
 *   CLI leaves it
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const baseDir = path.join(folder, "migrations");
  const migrationDirectories = await readMigrations(baseDir);
  let failure: { of: string; cause: unknown } | undefined;
  // The engine reports that the database failed, but not its error.
  const run = (pool: pg.Pool, sql: string) =>
    runScript(pool, sql).catch((cause) => {
      failure = {
        of: migrationDirectories.find(({ migrationFile }) => migrationFile.content.value === sql)?.path ?? "a script",
        cause,
      };
      throw cause;
    });
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
    if (holder)
      throw new NotApplied(
        `No migration was applied: ${holder} holds the lock of those who migrate (pg_advisory_lock ${LOCK}).`,
      );
    if (!failure) throw error;
    const { of, cause } = failure;
    if (!(cause instanceof NotApplied))
      throw new Error(`The migration ${of} failed: ${(cause as Error).message}`, { cause });
    await engine.markMigrationRolledBack({ migrationName: of });
    throw new NotApplied(`The migration ${of} was not applied: ${cause.message}`);
  }
}

/**
 * The engine's own advisory lock. The engine waits for it no longer than `schemaEngine` allows.
 */
const LOCK = 72_707_369;

async function lockHolder(url: string): Promise<string | null> {
  const client = await clientFor(url);
  await client.connect();
  return holderOf(client, LOCK).finally(() => client.end());
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
