import { randomBytes } from "node:crypto";
import pg from "pg";

export type DatabaseUrls = { owner: string; app: string; gateway: string; support: string };
export type TestDatabase = DatabaseUrls & { name: string; empty(): Promise<void>; drop(): Promise<void> };

/** The cluster that `npm test` started: a superuser's URL; the three roles share its password there. */
function cluster(): URL {
  const url = process.env.TEST_CLUSTER_URL;
  if (!url) throw new Error("TEST_CLUSTER_URL is not set: run the tests with `npm test`.");
  return new URL(url);
}

/** A database copied from the migrated template in about 0.1 s. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `${databasesOfThisRun()}_${randomBytes(6).toString("hex")}`;
  await asSuperuser(`CREATE DATABASE ${name} TEMPLATE cs_template`);
  return {
    name,
    owner: urlOf(name),
    app: urlOf(name, "countersign_app"),
    gateway: urlOf(name, "countersign_gateway"),
    support: urlOf(name, "countersign_support"),
    empty: () => asSuperuser(EMPTY, name),
    drop: () => asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** What the names of a test run's databases begin with. */
const databasesOfThisRun = (): string => process.env.TEST_DATABASES ?? "cs";

/** Vitest's global set-up: the workers' databases have a name in common, by which they are dropped at the end. */
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

/** Every table and sequence becomes as the migrations left it. A transaction that a test left open is told by its lock. */
const EMPTY = `
  SET lock_timeout = '60s';
  DO $$
  DECLARE each record; filled boolean; names text[] := '{}';
  BEGIN
    FOR each IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' LOOP
      EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', each.name) INTO filled;
      IF filled THEN names := names || quote_ident(each.name); END IF;
    END LOOP;
    IF names <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(names, ', ') || ' CASCADE'; END IF;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL;
  END $$`;

function urlOf(database: string, user?: string): string {
  const url = cluster();
  url.pathname = `/${database}`;
  if (user) url.username = user;
  return url.href;
}

async function asSuperuser(sql: string, database?: string): Promise<void> {
  const client = new pg.Client({ connectionString: database ? urlOf(database) : cluster().href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
