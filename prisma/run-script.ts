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
 * Runs a script as one transaction. It waits at most 300 ms for each lock, then lets the
 * statements behind it pass and tries again. After about 4 s it throws `NotApplied`, and at once if
 * the script finds that it must not run yet. An index built concurrently may wait, because it
 * blocks nobody.
 */
export async function runScript(pool: pg.Pool, sql: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`SET lock_timeout = ${/\bINDEX CONCURRENTLY\b/i.test(sql) ? 0 : LOCK_WAIT_MS}`);
    for (let attempt = 1; await isLockedOut(client, sql); attempt++) {
      if (attempt === ATTEMPTS) throw new NotApplied(LOCKED_OUT);
      await sleep(PAUSE_MS);
    }
  } finally {
    await client.query("RESET lock_timeout").catch(() => undefined);
    client.release();
  }
}

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
