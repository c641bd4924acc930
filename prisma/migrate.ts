import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { schemaEngine } from "./engine";

/**
 * Applies the migrations that are not yet applied, in order, and answers with their names.
 *
 * @param connectionString the database owner's URL; the roles of `lib/ops/database-roles` must exist
 * @param folder the repository's `prisma` folder
 * @throws the database's own error; a failed migration stands in `_prisma_migrations`, as Prisma's CLI leaves it
 */
export async function migrate(connectionString: string, folder: string): Promise<string[]> {
  const baseDir = path.join(folder, "migrations");
  const engine = await schemaEngine(connectionString, await readFile(path.join(folder, "schema.prisma"), "utf8"));
  const { appliedMigrationNames } = await engine.applyMigrations({
    migrationsList: {
      baseDir,
      lockfile: { path: "migration_lock.toml", content: await readFile(path.join(baseDir, "migration_lock.toml"), "utf8") },
      shadowDbInitScript: "",
      migrationDirectories: await migrationDirectories(baseDir),
    },
    filters: { externalTables: [], externalEnums: [] },
  });
  return appliedMigrationNames;
}

async function migrationDirectories(baseDir: string) {
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
