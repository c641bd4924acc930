import pg from "pg";

const shared = globalThis as { countersignOwner?: { url: string; pool: pg.Pool } };

/**
 * Runs one statement as the owner of this worker's database, on a pooled connection: opening one
 * costs more than most statements.
 */
export async function asOwner<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await ownerPool().query<Row>(sql, values)).rows;
}

/** Runs `work` in one transaction of that owner. */
export async function inOwnersTransaction<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = await ownerPool().connect();
  let broken = true;
  try {
    await client.query("BEGIN");
    const value = await work(client);
    await client.query("COMMIT");
    broken = false;
    return value;
  } finally {
    client.release(broken);
  }
}

/** The same on a new connection, for statements that leave state behind on it. */
export async function onOwnConnection<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function ownerPool(): pg.Pool {
  const url = process.env.DATABASE_URL as string;
  if (shared.countersignOwner?.url !== url) {
    const pool = new pg.Pool({ connectionString: url, max: 20, idleTimeoutMillis: 10_000, allowExitOnIdle: true });
    // Dropping a database ends its connections.
    pool.on("error", () => undefined);
    shared.countersignOwner = { url, pool };
  }
  return (shared.countersignOwner as { pool: pg.Pool }).pool;
}
