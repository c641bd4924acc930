import pg from "pg";
import { throwBusy } from "../platform/db/database-busy";
import type { RunSql } from "../platform/db/db";
import { IDLE_TIMEOUT } from "../platform/db/idle-timeout";
import { primaryClient } from "../platform/db/primary-client.mjs";
import { serversIn } from "../platform/db/servers.mjs";
import { supportDatabaseEnv } from "../platform/env";

const LOCK_MS = 4_000;
const STATEMENT_MS = 5_000;
const shared = globalThis as { countersignSupport?: pg.Pool };

/**
 * Runs `work` in one transaction as the database role `countersign_support`, over connections that
 * are used for nothing else.
 *
 * Promise: whatever a staff page queries, the database itself refuses sealed secrets, 2FA seeds,
 * password hashes, reveals, sessions and tokens. It allows no change except the record of a look.
 * The page gets what it read only after COMMIT: no record, no page.
 * Attack: a bug in a staff page, or in code that it calls, that reads more than it should show.
 */
export function asSupport<T>(work: (runSql: RunSql) => Promise<T>): Promise<T> {
  return inOneTransaction(work).catch(throwBusy);
}

async function inOneTransaction<T>(work: (runSql: RunSql) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  let broken = true;
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    const value = await work(oneAtATime(client));
    await client.query("COMMIT");
    broken = false;
    return value;
  } finally {
    // A connection on which anything failed is closed, which also ends its transaction.
    client.release(broken);
  }
}

/**
 * Statements that are asked for together run one after another: a connection runs one at a time.
 */
function oneAtATime(client: pg.PoolClient): RunSql {
  let last: Promise<unknown> = Promise.resolve();
  return (text, values) => {
    const rows = last.then(async () => (await client.query(text, values)).rows);
    last = rows;
    return rows;
  };
}

/** Connected at first use; development reloads keep the pool. */
function pool(): pg.Pool {
  shared.countersignSupport ??= open();
  return shared.countersignSupport;
}

function open(): pg.Pool {
  const opened = new pg.Pool({
    ...serversIn(supportDatabaseEnv().SUPPORT_DATABASE_URL),
    Client: primaryClient(pg.Client),
    application_name: "countersign-support",
    options: IDLE_TIMEOUT,
    max: 5,
    connectionTimeoutMillis: STATEMENT_MS,
    idleTimeoutMillis: STATEMENT_MS,
    statement_timeout: STATEMENT_MS,
    lock_timeout: LOCK_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + 1_000,
  });
  // A connection that is lost while idle fails at its next use; no need to handle it here.
  return opened.on("error", () => undefined);
}
