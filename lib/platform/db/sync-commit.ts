import { type Result, refuse } from "../result";
import { wentUnanswered } from "./database-busy";
import { inTransaction, type Tx } from "./db";
import { warningsOf } from "./server-warnings";

/**
 * The backend that will commit a transaction, and its count of warnings when `syncCommit` was
 * called.
 */
const watched = new WeakMap<Tx, { backend: number; warnings: number }>();

/**
 * Makes this transaction's COMMIT wait for the disk and for the configured standbys, whatever the
 * server's defaults are, even if it writes nothing else: a confirmed change survives a crash or a
 * failover. The logical message in the log is what makes the COMMIT wait. So a repeat that finds
 * its work already done is as certain as the work itself.
 */
export async function syncCommit(tx: Tx): Promise<void> {
  const [row] = await tx.$queryRaw<{ backend: number }[]>`
    SELECT pg_backend_pid() AS backend, set_config('synchronous_commit', 'on', true), set_config('client_min_messages', 'warning', true),
      pg_logical_emit_message(true, 'durable', '')::text`;
  const warnings = row ? warningsOf(row.backend) : null;
  if (row && warnings !== null) watched.set(tx, { backend: row.backend, warnings });
}

/**
 * Whether the COMMIT of a transaction with `syncCommit` came without a warning. Always false
 * behind a pooler, where that is unknown.
 */
export function isConfirmed(tx: Tx): boolean {
  const watch = watched.get(tx);
  return watch !== undefined && warningsOf(watch.backend) === watch.warnings;
}

/**
 * Runs work that calls `syncCommit`, and returns its result once COMMIT succeeded without a
 * warning. Otherwise returns `not_confirmed`, or `not_answered` if the database did not answer.
 * Each says what is certain and what is not, and a repeat is harmless.
 */
export async function inConfirmedTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<Result<T>> {
  let certain = (): boolean => false;
  const done = await inTransaction((tx) => {
    certain = () => isConfirmed(tx);
    return work(tx);
  }).catch((error: unknown) => {
    if (wentUnanswered(error)) return refuse({ code: "not_answered" });
    throw error;
  });
  return done.ok && !certain() ? refuse({ code: "not_confirmed" }) : done;
}
