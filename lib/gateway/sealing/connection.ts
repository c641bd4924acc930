import { clientFor } from "../../platform/db/open.mjs";
import { SEALING_CONNECTION } from "../cache/lease-sql";

/** Runs one statement and returns its rows. */
export type Query = <Row>(text: string, values?: unknown[]) => Promise<Row[]>;

const SILENCE_MS = 10_000;
/**
 * The command may wait for an operator's answer. If its machine vanishes, this ends the backend.
 */
const IDLE_MS = 600_000;

/** Runs work on its own connection, apart from the one that requests depend on. */
export async function onConnection<T>(url: string, work: (query: Query) => Promise<T>): Promise<T> {
  const client = await clientFor(url, {
    application_name: SEALING_CONNECTION,
    connectionTimeoutMillis: SILENCE_MS,
    query_timeout: SILENCE_MS,
    statement_timeout: SILENCE_MS - 1_000,
    options: `-c idle_session_timeout=${IDLE_MS}`,
    keepAlive: true,
  });
  try {
    await client.connect();
    return await work(
      async <Row>(text: string, values: unknown[] = []) => (await client.query(text, values)).rows as Row[],
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
