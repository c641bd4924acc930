import { setTimeout as sleep } from "node:timers/promises";
import { db } from "@/lib/platform/db/db";
import { asDatabaseOwner } from "./people/api-keys";
import { onOwnConnection } from "./people/owner";

/** Runs `work` while another connection holds the locks that `sql` takes. */
export function holdingLocks<T>(sql: string, values: unknown[], work: () => Promise<T>): Promise<T> {
  return onOwnConnection(async (client) => {
    await client.query("BEGIN");
    await client.query(sql, values);
    return work();
  });
}

/**
 * Runs `work`. Meanwhile it cancels every statement of this database that waits for a lock, as
 * `statement_timeout` does, and adds each to `seen`.
 */
export function cancellingWaits<T>(work: () => Promise<T>, seen: string[] = []): Promise<T> {
  return onOwnConnection(async (client) => {
    let over = false;
    const ended = () => {
      over = true;
    };
    const result = work();
    result.then(ended, ended);
    for (; !over; await sleep(20)) {
      const { rows } = await client.query<{ query: string }>(CANCEL, [""]);
      seen.push(...rows.map(({ query }) => query));
    }
    return result;
  });
}

/** In two steps, because PostgreSQL may evaluate the conditions of a WHERE in any order. */
const CANCEL = `WITH waiting AS MATERIALIZED (SELECT pid, query FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database() AND position($1 IN query) > 0 AND pid <> pg_backend_pid())
  SELECT query FROM waiting WHERE pg_cancel_backend(pid)`;

/**
 * Cancels the statements that currently wait for a lock and contain this text. @returns how many
 */
export async function cancelWaiting(text: string): Promise<number> {
  return (await asDatabaseOwner(CANCEL, [text])).length;
}

/** Runs `work` while the database accepts no new connection: error 53300, as on a full server. */
export async function whileConnectionsFull<T>(work: () => Promise<T>): Promise<T> {
  const limit = (connections: number) =>
    asDatabaseOwner(
      `ALTER DATABASE ${new URL(process.env.DATABASE_URL ?? "").pathname.slice(1)} CONNECTION LIMIT ${connections}`,
    );
  await db().$disconnect();
  await limit(0);
  try {
    return await work();
  } finally {
    await limit(-1);
  }
}

/**
 * The whole contents of the database, so that a test can see that nothing changed. Left out: slots
 * that are free again, and counters at zero.
 */
export async function databaseContents(): Promise<Record<string, unknown>> {
  return onOwnConnection(async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    const each = tables.map(({ name }) => {
      const rows = ROWS[name] ?? `SELECT t::text AS row FROM ${name} t`;
      return `SELECT '${name}' AS name, (SELECT string_agg(row, E'\\n' ORDER BY row) FROM (${rows}) r) AS rows`;
    });
    const { rows } = await client.query<{ name: string; rows: string | null }>(each.join(" UNION ALL "));
    return Object.fromEntries(rows.map(({ name, rows }) => [name, rows]));
  });
}

const ROWS: Record<string, string> = {
  code_attempts: `SELECT concat_ws(' ', user_id, purpose, places, failures, failures_without_success, locked_until) AS row
    FROM (SELECT *, CASE WHEN reserved_at > now() - interval '10 seconds' THEN reserved ELSE 0 END AS places FROM code_attempts) a
    WHERE places + failures + failures_without_success > 0 OR locked_until IS NOT NULL`,
  rate_limits: "SELECT concat_ws(' ', key, points) AS row FROM rate_limits WHERE points <> 0",
};

/** Makes every insert of these events wait while somebody holds `LOCK_EVENTS`. */
export async function blockEvents(...events: string[]): Promise<void> {
  await asDatabaseOwner(`CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock(10); RETURN NEW; END $$`);
  await asDatabaseOwner(`CREATE TRIGGER wait_for_test BEFORE INSERT ON audit_events FOR EACH ROW WHEN (NEW.event IN ('${events.join("', '")}'))
    EXECUTE FUNCTION wait_for_test()`);
}

export const LOCK_EVENTS = "SELECT pg_advisory_xact_lock(10)";
