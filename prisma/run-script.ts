import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";

/**
 * A migration that waits for a lock blocks everybody who comes after it, including a gateway's
 * poll, whose lease lasts a second and is renewed every 250 ms.
 */
const LOCK_WAIT_MS = 300;
const PAUSE_MS = 500;
const ATTEMPTS = 5;

/** Nothing of the script was done. */
export class NotApplied extends Error {}

/**
 * Runs the script of a migration as one transaction, which also records that it was applied: a
 * script whose row in `_prisma_migrations` is not finished has changed nothing, whatever ended it.
 * It waits at most 300 ms for each lock, then lets the statements behind it pass and tries again.
 * After about 4 s it throws `NotApplied`, and at once if the script finds that it must not run yet.
 * An index is built concurrently without a transaction. It may wait, because it blocks nobody; what
 * an interrupted run left of it is dropped, and one that was completed is kept.
 *
 * @param migration its name; null for a script of the engine's own
 */
export async function runScript(pool: pg.Pool, sql: string, migration: string | null): Promise<void> {
  const client = await pool.connect();
  const concurrent = /\bINDEX CONCURRENTLY\b/i.test(sql);
  try {
    await client.query(`SET lock_timeout = ${concurrent ? 0 : LOCK_WAIT_MS}`);
    if (concurrent && (await isBuilt(client, sql))) return;
    const script = concurrent || !migration ? sql : `${sql}\n;${finished(client.escapeLiteral(migration))}`;
    for (let attempt = 1; await isLockedOut(client, script); attempt++) {
      if (attempt === ATTEMPTS) throw new NotApplied(LOCKED_OUT);
      await sleep(PAUSE_MS);
    }
  } finally {
    await client.query("RESET lock_timeout").catch(() => undefined);
    client.release();
  }
}

const CREATED = /\bCREATE (?:UNIQUE )?INDEX CONCURRENTLY ("?\w+"?)/i;

/** Whether an earlier run has built the index that the script creates. A part of it is dropped. */
async function isBuilt(client: pg.PoolClient, sql: string): Promise<boolean> {
  const [, index] = CREATED.exec(sql) ?? [];
  if (!index) return false;
  const { rows } = await client.query<{ valid: boolean }>(
    "SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)",
    [index],
  );
  if (rows[0]?.valid === false) await client.query(`DROP INDEX CONCURRENTLY ${index}`);
  return rows[0]?.valid === true;
}

/** Fails if another run, which took this one for dead, has declared the migration rolled back. */
const finished = (migration: string): string => `DO $finished$ BEGIN
  UPDATE "_prisma_migrations" SET finished_at = now() WHERE migration_name = ${migration} AND finished_at IS NULL AND rolled_back_at IS NULL;
  IF NOT FOUND THEN RAISE EXCEPTION 'another run has begun this migration anew'; END IF;
END $finished$`;

async function isLockedOut(client: pg.PoolClient, sql: string): Promise<boolean> {
  try {
    await client.query(sql);
    return false;
  } catch (error) {
    const { code, message } = error as pg.DatabaseError;
    if (code === LOCK_NOT_AVAILABLE) return true;
    if (code === NOT_YET) throw new NotApplied(`${message}.`);
    throw error;
  }
}

const LOCK_NOT_AVAILABLE = "55P03";
/** What a migration raises that must not run yet: object_not_in_prerequisite_state. */
const NOT_YET = "55000";
const LOCKED_OUT =
  "a transaction that stays open (pg_stat_activity names it) holds a table it changes. " +
  "Nothing of it is left; run npm run migrate again when that transaction has ended.";
