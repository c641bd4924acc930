import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { makeRoles, newPassword, ROLES } from "@/lib/ops/database-roles.mjs";
import { createDatabase, migrate } from "@/lib/ops/embedded.mjs";
import { startPostgres } from "@/lib/ops/postgres.mjs";
import { placeIn } from "@/lib/ops/postgres-place.mjs";

const DATABASE = "countersign";
const SETTINGS = ["max_connections=60", "fsync=off", "full_page_writes=off", "autovacuum=off", "wal_retrieve_retry_interval=100ms"];

export type TestServer = {
  port: number;
  /** The database on this server: as a role of Countersign's, or as the superuser. */
  url(role?: "countersign_app" | "countersign_gateway" | "countersign_support"): string;
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Whom its commits wait for (synchronous_standby_names); nobody, if empty. */
  waitsFor(standbys: string): Promise<void>;
};

export type Pair = {
  primary: TestServer;
  standby: TestServer;
  promote(): Promise<void>;
  endPrimary(): Promise<void>;
  stop(): Promise<void>;
};

/** Two real servers: a primary with a migrated database, and a standby that streams from it under the name "standby". Nobody waits for it yet. */
export async function replicatedPair(): Promise<Pair> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-pair-"));
  const password = newPassword();
  const place = placeIn(folder);
  const standbyPlace = { ...place, data: path.join(folder, "standby"), log: path.join(folder, "standby.log") };
  const first = await startPostgres(place, { password, settings: SETTINGS });
  await makeRoles(first.url("postgres"), Object.fromEntries(ROLES.map((role) => [role, password])), { reset: true });
  await createDatabase(first.url("postgres"), DATABASE);
  await migrate({ ...process.env, DATABASE_URL: first.url(DATABASE) });
  await first.stop();
  execFileSync("cp", ["-a", place.data, standbyPlace.data]);
  const signal = path.join(standbyPlace.data, "standby.signal");
  writeFileSync(signal, "");
  if (place.user) execFileSync("chown", [`${place.user.uid}:${place.user.gid}`, signal]);

  const primary = await startPostgres(place, { password, settings: SETTINGS });
  const source = `primary_conninfo=host=127.0.0.1 port=${primary.port} user=postgres password=${password} application_name=standby`;
  const standby = await startPostgres(standbyPlace, { password, settings: [...SETTINGS, source] });
  const servers = { primary: serverAt(primary), standby: serverAt(standby) };
  await until(async () => (await servers.primary.query("SELECT FROM pg_stat_replication WHERE state = 'streaming'")).length === 1);
  return {
    ...servers,
    promote: async () => void (await servers.standby.query("SELECT pg_promote(true, 60)")),
    endPrimary: primary.stop,
    async stop() {
      await Promise.all([primary.stop(), standby.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serverAt({ port, url }: Awaited<ReturnType<typeof startPostgres>>): TestServer {
  const query = async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: url(DATABASE) });
    client.on("error", () => undefined);
    await client.connect();
    return (await client.query<Row>(sql, values).finally(() => client.end())).rows;
  };
  return {
    port,
    query,
    url: (role) => url(DATABASE, role),
    async waitsFor(standbys) {
      await query(`ALTER SYSTEM SET synchronous_standby_names = '${standbys}'`);
      await query("SELECT pg_reload_conf()");
      await until(
        async () =>
          (await query<{ synchronous_standby_names: string }>("SHOW synchronous_standby_names"))[0]?.synchronous_standby_names === standbys,
      );
    },
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 60_000; !(await condition()); await sleep(20))
    if (performance.now() > deadline) throw new Error("the servers did not come to it in a minute");
}
