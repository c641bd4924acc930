import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { fingerprint, unlessFresh } from "@/lib/ops/fingerprint.mjs";
import { createDatabase, MIGRATED_BY, migrate } from "@/lib/ops/postgres/embedded.mjs";
import { type Place, placeIn, scratchPlace } from "@/lib/ops/postgres/place.mjs";
import { startPostgres } from "@/lib/ops/postgres/postgres.mjs";
import { forEachRole, makeRoles, newPassword, ROLES, scramVerifier } from "@/lib/ops/postgres/roles.mjs";
import { root } from "@/lib/ops/run.mjs";

/** Nothing in there outlives the run, so that no commit need wait for the disk, and nobody need tidy up. */
const MAX_CONNECTIONS = 300;
const SETTINGS = [`max_connections=${MAX_CONNECTIONS}`, "fsync=off", "full_page_writes=off", "autovacuum=off"];

/** A run opens thousands of connections, and the password's derivation is half of what one costs its client. */
const ITERATIONS = 1;

export type Cluster = {
  /** Its superuser's; the three roles share the password there, so that one URL opens it all. */
  url: string;
  /** The databases that are there besides the template. */
  databases(): Promise<string[]>;
  /** Copies the server's log. */
  saveLog(file: string): void;
  stop(): Promise<void>;
};

/** A PostgreSQL of this run's own, with a migrated template for its databases. Nothing of it is left when the run ends. */
export const scratchCluster = (): Promise<Cluster> => started(scratchPlace(), newPassword());

/** The one that quick runs share: its server is stopped between them, its data stay. */
export async function keptCluster(): Promise<Cluster> {
  const hash = createHash("sha256").update(root).digest("hex").slice(0, 12);
  const folder = path.join(os.tmpdir(), `countersign-quick-${hash}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const passwordFile = path.join(folder, "password");
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, newPassword(), { mode: 0o600 });
  return started(placeIn(folder), readFileSync(passwordFile, "utf8"));
}

async function started(place: Place, password: string): Promise<Cluster> {
  const server = await startPostgres(place, { password, settings: SETTINGS });
  const url = server.url("postgres");
  try {
    const mark = path.join(place.data, "countersign-template");
    await unlessFresh(mark, fingerprint(MIGRATED_BY), async () => {
      await asSuperuser(url, "DROP DATABASE IF EXISTS cs_template WITH (FORCE)");
      // All of a run's processes share the roles.
      const connections = forEachRole(() => MAX_CONNECTIONS);
      const passwords = forEachRole(() => password);
      await makeRoles(url, passwords, { reset: true, connections });
      for (const role of ["postgres", ...ROLES])
        await asSuperuser(url, `ALTER ROLE ${role} PASSWORD '${scramVerifier(password, undefined, ITERATIONS)}'`);
      await createDatabase(url, "cs_template");
      await migrate({ ...process.env, DATABASE_URL: server.url("cs_template") });
    });
    for (const name of await databasesAt(url)) await asSuperuser(url, `DROP DATABASE ${name} WITH (FORCE)`);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url,
    databases: () => databasesAt(url),
    saveLog: (file) => existsSync(place.log) && copyFileSync(place.log, file),
    stop: server.stop,
  };
}

async function databasesAt(url: string): Promise<string[]> {
  const rows = await asSuperuser(url, "SELECT datname FROM pg_database WHERE starts_with(datname, 'cs_') AND datname <> 'cs_template'");
  return rows.map(({ datname = "" }) => datname);
}

async function asSuperuser(url: string, sql: string): Promise<{ datname?: string }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
