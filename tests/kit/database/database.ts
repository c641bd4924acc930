import { randomBytes } from "node:crypto";
import pg from "pg";
import { closeClients } from "../people/clients";

export type DatabaseUrls = { owner: string; app: string; gateway: string; support: string };
export type TestDatabase = DatabaseUrls & {
  name: string;
  /** Restores the state after the migrations, whatever a test file has changed. */
  renew(): Promise<void>;
  drop(): Promise<void>;
};

/**
 * The superuser's URL of the cluster that `npm test` started. The three roles have the same
 * password.
 */
function cluster(): URL {
  const url = process.env.TEST_CLUSTER_URL;
  if (!url) throw new Error("TEST_CLUSTER_URL is not set: run the tests with `npm test`.");
  return new URL(url);
}

/** A database copied from the migrated template in about 0.1 s. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `${databasesOfThisRun()}_${randomBytes(6).toString("hex")}`;
  await copyTemplate(name);
  const shape = await read(name, SHAPE);
  return {
    name,
    ...urlsOf(name),
    async renew() {
      if ((await read(name, SHAPE)) === shape) return void (await asSuperuser(EMPTY, name));
      await closeClients();
      await copyTemplate(name);
    },
    drop: async () => void (await asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** A database without any migration. It is dropped at the end of the run. */
export async function emptyDatabase(): Promise<DatabaseUrls> {
  const name = `${databasesOfThisRun()}_${randomBytes(6).toString("hex")}`;
  await asSuperuser(`CREATE DATABASE ${name} TEMPLATE template0`);
  return urlsOf(name);
}

const urlsOf = (name: string): DatabaseUrls => ({
  owner: urlOf(name),
  app: urlOf(name, "countersign_app"),
  gateway: urlOf(name, "countersign_gateway"),
  support: urlOf(name, "countersign_support"),
});

/** The common prefix of a test run's databases. */
const databasesOfThisRun = (): string => process.env.TEST_DATABASES ?? "cs";

/**
 * Vitest's global setup: the workers' databases share a prefix, by which they are dropped at the
 * end.
 */
export default function setup(): () => Promise<void> {
  process.env.TEST_DATABASES ??= `cs_${randomBytes(6).toString("hex")}`;
  return dropAll;
}

async function dropAll(): Promise<void> {
  const client = new pg.Client({ connectionString: cluster().href });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)", [
      `${databasesOfThisRun()}_`,
    ]);
    for (const { name } of rows) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}

/** Replaces the database, if it exists, with a fresh copy. */
async function copyTemplate(name: string): Promise<void> {
  await asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await asSuperuser(`CREATE DATABASE ${name} TEMPLATE cs_template`);
  // A copy has everything of its template except what the migrations granted on the database.
  await asSuperuser(`REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
}

/**
 * The schema changes a test file could leave: columns, constraints, indexes, triggers, functions,
 * grants.
 */
const SHAPE = `SELECT string_agg(what, E'\\n' ORDER BY what) AS value FROM (
  SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS what FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT format('%s %s', tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT migration_name FROM _prisma_migrations
  UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT format('%s.%s %s', attrelid::regclass, attname, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(attacl) a))
    FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
  UNION ALL SELECT format('%s %s', relname, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(relacl) a))
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')) shape`;

/**
 * Resets every table and sequence to the state after the migrations. The table locks reveal a
 * transaction that a test left open. A few rows are deleted instead of truncated, which takes a
 * sixth of the time that new files for all tables would take.
 */
const EMPTY = `
  SET lock_timeout = '60s';
  SET session_replication_role = replica;
  DO $$
  DECLARE each text; filled boolean; emptied text[] := (
    SELECT array_agg(quote_ident(tablename)) FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations');
  BEGIN
    EXECUTE 'LOCK TABLE ' || array_to_string(emptied, ', ') || ' IN ACCESS EXCLUSIVE MODE';
    FOREACH each IN ARRAY emptied LOOP
      EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || each || ')' INTO filled;
      CONTINUE WHEN NOT filled;
      EXECUTE CASE WHEN pg_relation_size(each) < 500000 THEN 'DELETE FROM ' || each ELSE 'TRUNCATE ' || each || ' CASCADE' END;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL;
  END $$`;

function urlOf(database: string, user?: string): string {
  const url = cluster();
  url.pathname = `/${database}`;
  if (user) url.username = user;
  return url.href;
}

async function read(database: string, sql: string): Promise<string> {
  return String((await asSuperuser(sql, database))[0]?.value);
}

async function asSuperuser(sql: string, database?: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database ? urlOf(database) : cluster().href });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
