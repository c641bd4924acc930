import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { fingerprint, skipIfFresh } from "@/lib/ops/fingerprint.mjs";
import { createDatabase, MIGRATED_BY, migrate } from "@/lib/ops/postgres/embedded.mjs";
import { type Place, placeIn, scratchPlace } from "@/lib/ops/postgres/place.mjs";
import { startPostgres } from "@/lib/ops/postgres/postgres.mjs";
import { forEachRole, makeRoles, newPassword, ROLES, scramVerifier } from "@/lib/ops/postgres/roles.mjs";
import { root } from "@/lib/ops/run.mjs";
import { scratchFolder } from "./memory-folder";

/**
 * Nothing in this cluster outlives the run, so it needs neither durable commits nor autovacuum.
 * Each line of its log names the database, because each worker has its own.
 */
const MAX_CONNECTIONS = 300;
const SETTINGS = [
  `max_connections=${MAX_CONNECTIONS}`,
  "fsync=off",
  "full_page_writes=off",
  "autovacuum=off",
  "log_line_prefix=%m [%p] %d ",
];

/**
 * A run opens thousands of connections, and password hashing is half of a client's cost for each.
 */
const ITERATIONS = 1;

export type Cluster = {
  /**
   * The superuser's URL. The three roles have the same password, so one URL gives access to all.
   */
  url: string;
  /** The server's log, a file. */
  log: string;
  /** The databases other than the template. */
  databases(): Promise<string[]>;
  /** Copies the server's log. */
  saveLog(file: string): void;
  stop(): Promise<void>;
};

/**
 * A PostgreSQL for this run, with a migrated template for its databases. Removed when the run
 * ends.
 */
export const scratchCluster = (): Promise<Cluster> => started(scratchPlace(scratchFolder()), newPassword());

/** The cluster that quick runs share: its server stops between them, its data stays. */
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
    await skipIfFresh(mark, fingerprint(MIGRATED_BY), async () => {
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
    log: place.log,
    databases: () => databasesAt(url),
    saveLog: (file) => existsSync(place.log) && copyFileSync(place.log, file),
    stop: server.stop,
  };
}

async function databasesAt(url: string): Promise<string[]> {
  const rows = await asSuperuser(
    url,
    "SELECT datname FROM pg_database WHERE starts_with(datname, 'cs_') AND datname <> 'cs_template'",
  );
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
