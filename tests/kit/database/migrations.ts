import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { onTestFinished } from "vitest";
import { bundleOf, root } from "../child-env";
import { program } from "../gateway/programs";

/**
 * Migrates this worker's database. Resolves to the names of the applied migrations, one per line.
 * Rejects with the output on failure.
 */
export type Migrate = () => Promise<string>;

/**
 * The program that `npm run migrate` runs, beside a copy of the repository's prisma folder with
 * further migrations: their SQL by name.
 */
export async function migrationProgram(added: Record<string, string>): Promise<Migrate> {
  const folder = await folderWith(added);
  const file = path.join(folder, ".build/migrate.mjs");
  await cp(bundleOf("migrate"), file);
  return async () => {
    const { code, output } = await program({ file }, { env: { DATABASE_URL: process.env.DATABASE_URL as string } })
      .ended;
    if (code !== 0) throw new Error(output);
    return output;
  };
}

/** Inside the repository, so that the program finds its packages. */
async function folderWith(added: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(root, "node_modules/.migrate-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(path.join(root, "prisma"), path.join(folder, "prisma"), { recursive: true });
  for (const [name, sql] of Object.entries(added)) {
    await mkdir(path.join(folder, "prisma/migrations", name));
    await writeFile(path.join(folder, "prisma/migrations", name, "migration.sql"), sql);
  }
  return folder;
}
