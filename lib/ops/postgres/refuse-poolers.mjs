import { ExpectedError } from "../output.mjs";

const VARIABLES = ["DATABASE_URL", "APP_DATABASE_URL", "GATEWAY_DATABASE_URL", "SUPPORT_DATABASE_URL"];
const PATIENCE_MS = 1_000;

/**
 * Refuses, with one sentence, a database URL that leads through a pooler (PgBouncer, RDS Proxy).
 * What answers then is another backend than the one that the connection was promised, and perhaps
 * another for each statement.
 *
 * Promise: the limits of time are those of our own session; a COMMIT's warning, by which a stop of
 * a key is not called certain, is counted for the backend that sent it; a gateway's lease is one
 * server's. A pooler keeps none of that, whatever its mode. A database that does not answer
 * refuses nothing: the program starts, and waits for it.
 * @param {import("../run.mjs").Env} env whose variables are looked into
 */
export async function refusePoolers(env = process.env) {
  const led = await Promise.all(VARIABLES.map(async (variable) => isPooled(env[variable])));
  const through = VARIABLES.filter((_, index) => led[index]);
  if (through.length > 0)
    throw new ExpectedError(
      `${through.join(" and ")} ${through.length > 1 ? "lead" : "leads"} through a pooler, such as PgBouncer. It must lead to PostgreSQL itself: Countersign pools its own connections (docs/database.md).`,
    );
}

/**
 * A pooler gives its client another number than that of the backend which works for it.
 * @param {string | undefined} url
 */
async function isPooled(url) {
  if (!url) return false;
  let client;
  try {
    const { clientFor } = await import("../../platform/db/open.mjs");
    client = await clientFor(url, { connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS });
    await client.connect();
    /** @type {import("pg").QueryResult<{ backend: number }>} */
    const { rows } = await client.query("SELECT pg_backend_pid() AS backend");
    // The backend's number, as the connection was told it; the package's types leave it out.
    const { processID } = /** @type {typeof client & { processID: number }} */ (client);
    return rows[0]?.backend !== processID;
  } catch {
    return false;
  } finally {
    client?.end().catch(() => {});
  }
}
