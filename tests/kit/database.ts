import { randomBytes } from "node:crypto";
import pg from "pg";

export type DatabaseUrls = { owner: string; app: string; gateway: string; support: string };
export type TestDatabase = DatabaseUrls & {
  name: string;
  /** @throws where its tables, grants or triggers are not those of the migrations any more */
  empty(): Promise<void>;
  drop(): Promise<void>;
};

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
  // A copy has everything of its template but what the migrations granted on the database itself.
  await asSuperuser(`REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
  const shape = await read(name, SHAPE);
  return {
    name,
    owner: urlOf(name),
    app: urlOf(name, "countersign_app"),
    gateway: urlOf(name, "countersign_gateway"),
    support: urlOf(name, "countersign_support"),
    empty: () => emptied(name, shape),
    drop: async () => void (await asSuperuser(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
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

async function emptied(name: string, shape: string): Promise<void> {
  const found = await read(name, SHAPE);
  if (found !== shape) {
    const changes = [...difference(shape, found).map((line) => `- ${line}`), ...difference(found, shape).map((line) => `+ ${line}`)];
    throw new Error(
      `A test file before this one has left the tables changed: it must undo that, or say "// @apart:".\n${changes.join("\n")}`,
    );
  }
  await asSuperuser(EMPTY, name);
}

/** All that a test file could leave changed without a row: columns, constraints, indexes, triggers, functions, grants. */
const SHAPE = `SELECT string_agg(what, E'\\n' ORDER BY what) AS value FROM (
  SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS what FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT format('%s %s', tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT format('%s.%s %s', attrelid::regclass, attname, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(attacl) a))
    FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
  UNION ALL SELECT format('%s %s', relname, (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(relacl) a))
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')) shape`;

function difference(one: string, other: string): string[] {
  const lines = new Set(other.split("\n"));
  return one.split("\n").filter((line) => !lines.has(line));
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
