import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { onTestFinished } from "vitest";
import { program } from "./programs";

const root = path.resolve(import.meta.dirname, "../..");

/**
 * The program that `npm run migrate` runs, beside a prisma folder like the repository's with further migrations (their SQL, by their names), and
 * inside the repository, where its packages are found. Resolves to what it prints, the names it applied; rejects with it if it fails.
 */
export async function migrationProgram(added: Record<string, string>): Promise<() => Promise<string>> {
  const folder = await mkdtemp(path.join(root, "node_modules/.migrate-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, ".build/migrate.mjs");
  await cp(path.join(root, ".build/migrate.mjs"), file);
  await cp(path.join(root, "prisma"), path.join(folder, "prisma"), { recursive: true });
  for (const [name, sql] of Object.entries(added)) {
    await mkdir(path.join(folder, "prisma/migrations", name));
    await writeFile(path.join(folder, "prisma/migrations", name, "migration.sql"), sql);
  }
  return async () => {
    const { code, output } = await program({ file }, { env: { DATABASE_URL: process.env.DATABASE_URL as string } }).ended;
    if (code !== 0) throw new Error(output);
    return output;
  };
}
