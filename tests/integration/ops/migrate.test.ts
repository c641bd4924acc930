import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { LEASE_MS } from "@/lib/platform/lease";
import { migrationProgram } from "../../kit/database/migrations";
import { asOwner } from "../../kit/gateway/gateway-keys";
import { stopwatch } from "../../kit/stopwatch";

const COMING = "SELECT 1 FROM merchants LIMIT 1";

/** A transaction that stays open, like that of a long report. */
async function openTransaction(sql: string): Promise<{ end(): Promise<void> }> {
  const client = await connected();
  await client.query("BEGIN");
  await client.query(sql);
  return { end: () => client.end() };
}

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const columnsOf = async (table: string) =>
  (
    await asOwner<{ name: string }>(
      "SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0",
      [table],
    )
  ).map(({ name }) => name);
const tableExists = async (table: string) =>
  (await asOwner<{ oid: string | null }>("SELECT to_regclass($1) AS oid", [table]))[0]?.oid !== null;

describe("a migration that needs a table that an open transaction has locked", () => {
  test.each([
    ["ACCESS SHARE", "nick", "SELECT 1 FROM merchants"],
    ["ROW EXCLUSIVE", "motto", "DELETE FROM merchants WHERE false"],
  ])("as %s gives up, says so, leaves no changes and is applied when tried again", async (_, column, hold) => {
    const name = `20990101000000_${column}`;
    const sql = `CREATE TABLE ${column}s (id INTEGER); ALTER TABLE merchants ADD COLUMN ${column} TEXT;`;
    const migrate = await migrationProgram({ [name]: sql });
    const transaction = await openTransaction(hold);
    await expect(migrate()).rejects.toThrow(new RegExp(`${name} was not applied.*run npm run migrate again`));
    expect(await columnsOf("merchants")).not.toContain(column);
    expect(await tableExists(`${column}s`)).toBe(false);
    await transaction.end();
    expect(await migrate()).toBe(`${name}\n`);
    expect(await columnsOf("merchants")).toContain(column);
    expect(await tableExists(`${column}s`)).toBe(true);
  });

  test("blocks later statements for less time than a gateway's lease lasts, and is applied once it can be", async () => {
    const migrate = await migrationProgram({
      "20990101000000_slogan": "ALTER TABLE merchants ADD COLUMN slogan TEXT;",
    });
    const transaction = await openTransaction("SELECT 1 FROM merchants");
    const migrating = migrate();
    const waits: number[] = [];
    const clock = stopwatch();
    let until = Number.POSITIVE_INFINITY;
    const coming = (async () => {
      for (const client = await connected(); performance.now() < until; ) {
        const asked = clock();
        await client.query(COMING);
        waits.push(clock() - asked);
      }
    })();
    // Waits, however late the program is, until it has blocked somebody, then for some more
    // attempts.
    await expect
      .poll(() => asOwner("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query = $1", [COMING]), {
        interval: 10,
      })
      .toHaveLength(1);
    until = performance.now() + 1_000;
    await coming;
    await transaction.end();
    // On a slow machine the program may have given up by now, asking to be run again.
    expect(await migrating.catch(migrate)).toBe("20990101000000_slogan\n");
    expect(Math.max(...waits)).toBeLessThan(LEASE_MS);
  });

  test("waits for it where it builds an index concurrently: that blocks nobody", async () => {
    const migrate = await migrationProgram({
      "20990101000000_names": "CREATE INDEX CONCURRENTLY merchants_names ON merchants (name);",
    });
    const transaction = await openTransaction("DELETE FROM merchants WHERE false");
    const migrating = migrate();
    const waiting =
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE INDEX CONCURRENTLY%'";
    await expect.poll(() => asOwner(waiting)).toHaveLength(1);
    await sleep(600);
    await asOwner("UPDATE merchants SET name = name");
    await transaction.end();
    expect(await migrating).toBe("20990101000000_names\n");
    const [index] = await asOwner<{ valid: boolean }>(
      "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'merchants_names'::regclass",
    );
    expect(index?.valid).toBe(true);
  });
});

test("a role that holds the migration lock delays a migration for a limited time, and is named", async () => {
  const migrate = await migrationProgram({ "20990101000000_held": "CREATE TABLE held (id INTEGER);" });
  const holder = new pg.Client({ connectionString: process.env.SUPPORT_DATABASE_URL });
  await holder.connect();
  const { rows } = await holder.query("SELECT pg_backend_pid() AS pid, pg_advisory_lock(72707369)");
  await expect(migrate()).rejects.toThrow(
    `No migration was applied: countersign_support (process ${rows[0].pid}) holds the lock`,
  );
  await holder.end();
  expect(await migrate()).toBe("20990101000000_held\n");
});

test("two concurrent migrations apply each migration once", async () => {
  const migrate = await migrationProgram({ "20990101000000_once": "CREATE TABLE once (id INTEGER);" });
  const applied = await Promise.all([migrate(), migrate()]);
  expect(applied.join("")).toBe("20990101000000_once\n");
});

test("a migration that the database refuses is reported in the database's words, and stops the ones after it", async () => {
  const migrate = await migrationProgram({
    "20990101000000_bad": "SELECT nonsense;",
    "20990102000000_next": "CREATE TABLE next (id INTEGER);",
  });
  await expect(migrate()).rejects.toThrow('The migration 20990101000000_bad failed: column "nonsense" does not exist');
  expect(await tableExists("next")).toBe(false);
});
