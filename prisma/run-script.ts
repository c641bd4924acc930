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
export class LockedOut extends Error {}

/**
 * Runs a script as one transaction. It waits at most 300 ms for each lock, then lets the
 * statements behind it pass and tries again. After about 4 s it throws `LockedOut`. An index
 * built concurrently may wait, because it blocks nobody.
 */
export async function runScript(pool: pg.Pool, sql: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`SET lock_timeout = ${/\bINDEX CONCURRENTLY\b/i.test(sql) ? 0 : LOCK_WAIT_MS}`);
    for (let attempt = 1; await isLockedOut(client, sql); attempt++) {
      if (attempt === ATTEMPTS) throw new LockedOut();
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
    if ((error as pg.DatabaseError).code === LOCK_NOT_AVAILABLE) return true;
    throw error;
  }
}

const LOCK_NOT_AVAILABLE = "55P03";
