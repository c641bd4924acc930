import { ExpectedError } from "../output.mjs";

const VARIABLES = ["DATABASE_URL", "APP_DATABASE_URL", "GATEWAY_DATABASE_URL", "SUPPORT_DATABASE_URL"];
const PATIENCE_MS = 1_000;

/**
 * Refuses, with one sentence, a database URL that leads through a pooler (PgBouncer, RDS Proxy).
 * Behind a pooler, a different backend may answer, perhaps another one for each statement.
 *
 * Promise: time limits are those of our own session. A COMMIT's warning, which makes a stop of a
 * key uncertain, is counted for the backend that sent it. A gateway's lease belongs to one
 * server. A pooler breaks all of this in every mode. A database that does not answer is not
 * refused: the program starts and waits for it.
 * @param {Record<string, string | undefined>} env the environment to check
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
 * A pooler gives its client a process id that is not that of the backend that works for it.
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
    // The process id that the server sent at the start. It is missing in the types of `pg`.
    const { processID } = /** @type {typeof client & { processID: number }} */ (client);
    return rows[0]?.backend !== processID;
  } catch {
    return false;
  } finally {
    client?.end().catch(() => {});
  }
}
