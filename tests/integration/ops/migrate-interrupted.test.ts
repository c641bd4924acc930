import pg from "pg";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type Migrate, migrationProgram } from "../../kit/database/migrations";
import { asOwner } from "../../kit/gateway/gateway-keys";

const GATE = 4_711;
let tests = 0;
let name: string;
let table: string;
beforeEach(() => {
  tests++;
  name = `209901010000${10 + tests}_slow`;
  table = `slow${tests}`;
});

/** A migration that waits at the gate in the middle of its script, however long. */
const slow = () =>
  migrationProgram({
    [name]: `CREATE TABLE ${table} (id INTEGER);
      SET LOCAL lock_timeout = 0;
      SELECT pg_advisory_xact_lock(${GATE});
      INSERT INTO ${table} VALUES (1);
      -- The last line is a comment.`,
  });

/** A gate that scripts wait at until it is opened. */
async function closedGate(): Promise<{ open(): Promise<void> }> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query("SELECT pg_advisory_lock($1)", [GATE]);
  return { open: () => client.end() };
}

const AT_THE_GATE = `SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%pg_advisory_xact_lock(${GATE})%' AND pid <> pg_backend_pid()`;
const scriptsAtTheGate = () => asOwner<{ pid: number }>(AT_THE_GATE);
const theirs = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid = $1`;

/**
 * Kills the program in the middle of its script. Returns the backend that still runs the script.
 */
async function killedInScript(migrate: Migrate): Promise<number> {
  const migrating = migrate.start();
  await expect.poll(scriptsAtTheGate).toHaveLength(1);
  const [{ pid }] = (await scriptsAtTheGate()) as [{ pid: number }];
  migrating.kill("SIGKILL");
  await migrating.ended;
  return pid;
}

const backendEnds = (pid: number) => expect.poll(() => asOwner(theirs, [pid])).toHaveLength(0);
const rowsOfSlow = () => asOwner(`SELECT id FROM ${table}`);

test("a migration whose program was killed, and whose script was rolled back, is applied by the next run", async () => {
  const migrate = await slow();
  const gate = await closedGate();
  const backend = await killedInScript(migrate);
  await asOwner("SELECT pg_terminate_backend($1)", [backend]);
  await backendEnds(backend);
  await gate.open();
  expect(await migrate()).toBe(`${name}\n`);
  expect(await rowsOfSlow()).toHaveLength(1);
  expect(await migrate()).toBe("");
});

test("a migration whose program was killed, and whose script ended all the same, is applied once", async () => {
  const migrate = await slow();
  const gate = await closedGate();
  const backend = await killedInScript(migrate);
  await gate.open();
  await backendEnds(backend);
  expect(await migrate()).toBe("");
  expect(await rowsOfSlow()).toHaveLength(1);
});

test("while the script of a killed program still runs, no other run begins", async () => {
  const migrate = await slow();
  const gate = await closedGate();
  const backend = await killedInScript(migrate);
  const refused = expect(migrate()).rejects.toThrow(`(process ${backend}) holds the lock of those who migrate`);
  await refused;
  await gate.open();
  await backendEnds(backend);
  expect(await rowsOfSlow()).toHaveLength(1);
});

test("a migration that lost its connection is applied by the next run", async () => {
  const migrate = await slow();
  const gate = await closedGate();
  const migrating = migrate();
  const refused = expect(migrating).rejects.toThrow();
  await expect.poll(scriptsAtTheGate).toHaveLength(1);
  for (const { pid } of await scriptsAtTheGate()) await asOwner("SELECT pg_terminate_backend($1)", [pid]);
  await refused;
  await gate.open();
  expect(await migrate()).toBe(`${name}\n`);
});

test("a migration that the database refused is tried again, and its reason is given again", async () => {
  const migrate = await migrationProgram({ [name]: "INSERT INTO awaited VALUES (1);" });
  const reason = `The migration ${name} failed: relation "awaited" does not exist`;
  await expect(migrate()).rejects.toThrow(reason);
  await expect(migrate()).rejects.toThrow(reason);
  await asOwner("CREATE TABLE awaited (id INTEGER)");
  expect(await migrate()).toBe(`${name}\n`);
});

test("an index whose building was interrupted is built anew; one that was built is kept", async () => {
  const sql = "CREATE UNIQUE INDEX CONCURRENTLY merchants_once ON merchants (mode);";
  const migrate = await migrationProgram({ [name]: sql });
  await asOwner("INSERT INTO merchants (name, mode) VALUES ('One', 'live'), ('Two', 'live')");
  await expect(migrate()).rejects.toThrow("could not create unique index");
  const valid = () =>
    asOwner<{ valid: boolean; oid: number }>(
      "SELECT indisvalid AS valid, indexrelid::int AS oid FROM pg_index WHERE indexrelid = to_regclass('merchants_once')",
    );
  expect(await valid()).toMatchObject([{ valid: false }]);
  await asOwner("DELETE FROM merchants WHERE name = 'Two'");
  expect(await migrate()).toBe(`${name}\n`);
  const built = await valid();
  expect(built).toMatchObject([{ valid: true }]);

  // As if the program had been killed between the index and its record.
  await asOwner("UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1", [name]);
  expect(await migrate()).toBe(`${name}\n`);
  expect(await valid()).toEqual(built);
});

test("an index that is being built is completed, although another run asks for the lock meanwhile", async () => {
  const migrate = await migrationProgram({
    [name]: "CREATE INDEX CONCURRENTLY merchants_by_mode ON merchants (mode);",
  });
  const writer = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await writer.connect();
  onTestFinished(() => writer.end());
  await writer.query("BEGIN; LOCK TABLE merchants IN ROW EXCLUSIVE MODE; SELECT pg_current_xact_id()");
  const running = (query: string) =>
    asOwner("SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE $1", [query]);
  const first = migrate();
  await expect.poll(() => running("CREATE INDEX CONCURRENTLY %")).toHaveLength(1);
  const second = migrate();
  await expect.poll(() => running("SELECT pg\\_%advisory\\_lock($1)%")).toHaveLength(1);
  await writer.query("COMMIT");
  expect(await first).toBe(`${name}\n`);
  expect(await second).toBe("");
});
