import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { onTestFinished } from "vitest";
import { bundleOf, root } from "../child-env";
import { type Program, program } from "../gateway/programs";

/**
 * Migrates a database. Resolves to the names of the applied migrations, one per line.
 * Rejects with the output on failure. `start` starts the program, which a test may interrupt.
 */
export type Migrate = (() => Promise<string>) & { start(): Program };

/**
 * The program that `npm run migrate` runs, beside a copy of the repository's prisma folder with
 * further migrations (their SQL by name), and without `before` and those that follow it. It
 * migrates this worker's database or that of `url`.
 */
export async function migrationProgram(
  added: Record<string, string>,
  { before, url = process.env.DATABASE_URL as string }: { before?: string; url?: string } = {},
): Promise<Migrate> {
  const folder = await folderWith(added, before);
  const file = path.join(folder, ".build/migrate.mjs");
  await cp(bundleOf("migrate"), file);
  const start = () => program({ file }, { env: { DATABASE_URL: url } });
  const migrate = async () => {
    const { code, output } = await start().ended;
    if (code !== 0) throw new Error(output);
    return output;
  };
  return Object.assign(migrate, { start });
}

/** Inside the repository, so that the program finds its packages. */
async function folderWith(added: Record<string, string>, before?: string): Promise<string> {
  const folder = await mkdtemp(path.join(root, "node_modules/.migrate-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const migrations = path.join(folder, "prisma/migrations");
  await cp(path.join(root, "prisma"), path.join(folder, "prisma"), {
    recursive: true,
    filter: (_, to) =>
      !before || path.dirname(to) !== migrations || !/^\d/.test(path.basename(to)) || path.basename(to) < before,
  });
  for (const [name, sql] of Object.entries(added)) {
    await mkdir(path.join(migrations, name));
    await writeFile(path.join(migrations, name, "migration.sql"), sql);
  }
  return folder;
}
