import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { embeddedValues, environmentOf } from "../environments.mjs";
import { fingerprint, skipIfFresh } from "../fingerprint.mjs";
import { step } from "../output.mjs";
import { run, runOrThrow } from "../run.mjs";
import { installationSecrets } from "../secrets.mjs";
import { demoPlace } from "./place.mjs";
import { startPostgres } from "./postgres.mjs";
import { connectionsIn } from "./role-limits.mjs";
import { makeRoles } from "./roles.mjs";

/** The files that define the roles and the tables. */
export const MIGRATED_BY = ["prisma/migrations", "lib/ops/postgres/role-limits.mjs"];

/**
 * @import { Env } from "../run.mjs"
 * @import { Postgres } from "./postgres.mjs"
 */

/**
 * Starts the embedded database, with its roles, its tables and the demo data.
 * @param {{ dataFolder: string, values: Env, onStart(postgres: Postgres): void }} options
 */
export async function startEmbedded({ dataFolder, values, onStart }) {
  const secrets = installationSecrets(dataFolder);
  const place = demoPlace(dataFolder, secrets.installation);
  const postgres = await startStep(place, secrets, onStart);
  const all = embeddedValues(values, postgres, secrets, dataFolder);
  // The marks are in the cluster's own folder, so that a new cluster has none.
  const connections = connectionsIn(values);
  /** @param {string} name */
  const mark = (name) => path.join(place.data, `countersign-${name}`);
  await step("Database roles and migrations", () =>
    skipIfFresh(mark("migrated"), fingerprint(MIGRATED_BY, JSON.stringify(connections)), async () => {
      await makeRoles(postgres.url("postgres"), secrets.roles, { reset: true, connections });
      await closeOtherDatabases(postgres.url("postgres"));
      await createDatabase(postgres.url("postgres"), "countersign");
      await migrate(all);
    }),
  );
  const demo = path.join(dataFolder, "demo.json");
  if (!existsSync(demo)) rmSync(mark("seeded"), { force: true });
  await step("Demo merchants and users", () =>
    skipIfFresh(mark("seeded"), secrets.installation, async () => {
      await runOrThrow("The seed", run([".build/seed.mjs", demo], { env: environmentOf("seed", all) }));
    }),
  );
  return { postgres, values: all, folders: foldersOf(dataFolder, place) };
}

/**
 * Where an installation keeps its data: to remove it, these folders are all that there is.
 * @param {string} dataFolder
 * @param {import("./place.mjs").Place} place
 */
function foldersOf(dataFolder, place) {
  const cluster = path.dirname(place.data);
  return cluster === dataFolder ? [dataFolder] : [dataFolder, cluster];
}

/**
 * Applies the migrations as the database's owner. `--liftoff-only` compiles the WebAssembly fast
 * and without optimization, because the program runs only for a second. The database may work for
 * hours on the index of a large table, while the program shows no activity.
 * @param {Env} values
 */
export async function migrate(values) {
  await runOrThrow(
    "The migrations",
    run(["--liftoff-only", ".build/migrate.mjs"], {
      env: environmentOf("migrate", values),
      stillMs: Number.POSITIVE_INFINITY,
    }),
  );
}

/** Creates a database unless it exists. @param {string} adminUrl @param {string} name */
export async function createDatabase(adminUrl, name) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
}

/**
 * Locks the roles out of the default databases, where no migration revokes their rights.
 * @param {string} adminUrl
 */
async function closeOtherDatabases(adminUrl) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query("REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC").finally(() => client.end());
}

/**
 * @param {import("./place.mjs").Place} place
 * @param {import("../secrets.mjs").Secrets} secrets
 * @param {(postgres: Postgres) => void} onStart
 */
function startStep(place, secrets, onStart) {
  return step("PostgreSQL", async () => {
    const postgres = await startPostgres(place, { password: secrets.postgres });
    onStart(postgres);
    return postgres;
  });
}
