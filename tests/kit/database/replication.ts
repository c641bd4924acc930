import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { createDatabase, migrate } from "@/lib/ops/postgres/embedded.mjs";
import { placeIn } from "@/lib/ops/postgres/place.mjs";
import { startPostgres } from "@/lib/ops/postgres/postgres.mjs";
import { forEachRole, makeRoles, newPassword } from "@/lib/ops/postgres/roles.mjs";
import { until } from "../until";

const DATABASE = "countersign";
const SETTINGS = ["max_connections=60", "autovacuum=off", "wal_retrieve_retry_interval=100ms"];
/** For tests, which lose nothing if the machine goes down. */
const FAST = ["fsync=off", "full_page_writes=off"];
/** For the benchmark, which measures real commits. */
export const DURABLE: string[] = [];

export type TestServer = {
  port: number;
  /** The URL of the server's database: for one of Countersign's roles, or for the superuser. */
  url(role?: "countersign_app" | "countersign_gateway" | "countersign_support"): string;
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** The standbys that its commits wait for (synchronous_standby_names); none if empty. */
  waitsFor(standbys: string): Promise<void>;
};

export type Pair = {
  primary: TestServer;
  standby: TestServer;
  promote(): Promise<void>;
  /** Ends the primary permanently: it sends nothing from then on. */
  fence(): Promise<void>;
  stop(): Promise<void>;
};

export type LoneServer = TestServer & {
  /** Kills the server as a power cut would, then restarts it on another port. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
};

/** One real server with a migrated database. */
export async function loneServer(): Promise<LoneServer> {
  const { place, password, remove } = await migratedCluster();
  let server = await startPostgres(place, { password, settings: SETTINGS });
  let at = serverAt(server);
  return {
    get port() {
      return at.port;
    },
    url: (role) => at.url(role),
    query: (sql, values) => at.query(sql, values),
    waitsFor: (standbys) => at.waitsFor(standbys),
    async killAndRestart() {
      process.kill(Number(readFileSync(path.join(place.data, "postmaster.pid"), "utf8").split("\n")[0]), "SIGKILL");
      await server.ended;
      server = await startPostgres(place, { password, settings: SETTINGS });
      at = serverAt(server);
    },
    async stop() {
      await server.stop();
      remove();
    },
  };
}

/** A cluster with a migrated database; its server is not running. */
async function migratedCluster() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "countersign-servers-"));
  const password = newPassword();
  const place = placeIn(folder);
  const server = await startPostgres(place, { password, settings: SETTINGS });
  await makeRoles(
    server.url("postgres"),
    forEachRole(() => password),
    { reset: true },
  );
  await createDatabase(server.url("postgres"), DATABASE);
  await migrate({ ...process.env, DATABASE_URL: server.url(DATABASE) });
  await server.stop();
  return { folder, place, password, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Two real servers: a primary with a migrated database, and a standby that streams from it under
 * the name "standby". No commit waits for the standby yet.
 */
export async function replicatedPair(more = FAST): Promise<Pair> {
  const { folder, place, password, remove } = await migratedCluster();
  const settings = [...SETTINGS, ...more];
  const standbyPlace = { ...place, data: path.join(folder, "standby"), log: path.join(folder, "standby.log") };
  execFileSync("cp", ["-a", place.data, standbyPlace.data]);
  const signal = path.join(standbyPlace.data, "standby.signal");
  writeFileSync(signal, "");
  if (place.user) execFileSync("chown", [`${place.user.uid}:${place.user.gid}`, signal]);

  const primary = await startPostgres(place, { password, settings });
  const source = `primary_conninfo=host=127.0.0.1 port=${primary.port} user=postgres password=${password} application_name=standby`;
  const standby = await startPostgres(standbyPlace, { password, settings: [...settings, source] });
  const servers = { primary: serverAt(primary), standby: serverAt(standby) };
  await until(
    "the standby streams",
    async () => (await servers.primary.query("SELECT FROM pg_stat_replication WHERE state = 'streaming'")).length === 1,
  );
  return {
    ...servers,
    promote: async () => void (await servers.standby.query("SELECT pg_promote(true, 60)")),
    fence: primary.stop,
    async stop() {
      await Promise.all([primary.stop(), standby.stop()]);
      remove();
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
        `commits wait for ${standbys || "nobody"}`,
        async () =>
          (await query<{ synchronous_standby_names: string }>("SHOW synchronous_standby_names"))[0]
            ?.synchronous_standby_names === standbys,
      );
    },
  };
}
