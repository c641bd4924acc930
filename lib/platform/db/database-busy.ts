/*
 * A statement can fail in two ways without a bug.
 *
 * First, PostgreSQL cancelled it or turned it away. This is an expected refusal: "Busy. Nothing
 * was changed; try again."
 *
 * Promise: that sentence is true. Only an error that rules out every effect counts: PostgreSQL
 * answered that it rolled back, or nothing was sent.
 *
 * Second, the connection was lost, silent or terminated, and the statement went unanswered: its
 * COMMIT may have succeeded.
 */
const TURNED_AWAY: Record<string, string> = {
  "57014": "query_canceled",
  "55P03": "lock_not_available",
  "40P01": "deadlock_detected",
  "40001": "serialization_failure",
  "53300": "too_many_connections",
  "57P03": "cannot_connect_now",
};

/**
 * Messages of pg-pool and Prisma if no connection was available, or if a transaction was rolled
 * back because it took too long.
 */
const NEVER_COMMITTED = [
  "timeout exceeded when trying to connect",
  "Connection terminated due to connection timeout",
  "Unable to start a transaction in the given time",
  "cannot be executed on an expired transaction",
  // The connection was lost before this statement, so neither the statement nor a later COMMIT
  // was sent.
  "Client has encountered a connection error and is not queryable",
];

/**
 * For `instanceof`: by name, because Next loads this module once for pages and actions and once
 * for routes. The two share their connections, so one meets the errors of the other.
 */
const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** How an error page recognises a Busy: Next passes it nothing but the digest of an error. */
export const BUSY_DIGEST = "busy";

/** A statement or a transaction that had no effect. The log needs its reason and no stack. */
export class Busy extends Error {
  override readonly name = "Busy";
  readonly digest = BUSY_DIGEST;

  static override [Symbol.hasInstance](error: unknown): error is Busy {
    return isNamed(error, "Busy");
  }

  constructor(readonly reason: string) {
    super(`PostgreSQL turned a statement away: ${reason}`);
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * A change was committed, and the work after it was turned away: "Nothing was changed" would be
 * wrong.
 */
export class Indeterminate extends Error {
  override readonly name = "Indeterminate";

  constructor(reason: string) {
    super(`A change was made, and PostgreSQL turned away what follows it: ${reason}`);
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * The reason why nothing was done, if an error of pg, pg-pool or Prisma states one; null for
 * every other error.
 */
export function busyReason(error: unknown): string | null {
  if (error instanceof Busy) return error.reason;
  if (!(error instanceof Error)) return null;
  const state = sqlState(error);
  if (state && state in TURNED_AWAY) return `${state} ${TURNED_AWAY[state]}`;
  return NEVER_COMMITTED.find((words) => error.message.includes(words)) ?? null;
}

/** A connection stayed open and silent. Whether its statement took effect is unknown. */
export class Silent extends Error {
  override readonly name = "Silent";

  static override [Symbol.hasInstance](error: unknown): error is Silent {
    return isNamed(error, "Silent");
  }
}

const UNANSWERED = [
  // Prisma: not reached, timed out, closed, a transaction that took too long.
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2028",
  // PostgreSQL: a backend that was terminated, or ended by a crash.
  "57P01",
  "57P02",
];

/** Whether the database did not answer at all. A COMMIT that was running may have succeeded. */
export function wentUnanswered(error: unknown): boolean {
  if (error instanceof Silent) return true;
  if (!(error instanceof Error)) return false;
  return UNANSWERED.includes((error as Coded).code ?? "") || UNANSWERED.includes(sqlState(error) ?? "");
}

type AdapterError = { cause?: { originalCode?: string } };
type Coded = { code?: string; meta?: { driverAdapterError?: AdapterError } } & AdapterError;

/**
 * PostgreSQL's code. It is on pg's own error, on the adapter's error (for a COMMIT), or on the
 * adapter's error inside Prisma's (for any other statement).
 */
function sqlState(error: Error): string | undefined {
  const { code, cause, meta } = error as Coded;
  return meta?.driverAdapterError?.cause?.originalCode ?? cause?.originalCode ?? code;
}

/**
 * Called when a statement of the current request is turned away, if lib/dashboard/busy-status
 * listens.
 */
const listening = globalThis as { countersignBusy?: () => void };

/** Rethrows an error: as Busy if it is one. */
export function throwBusy(error: unknown): never {
  const reason = busyReason(error);
  if (reason === null) throw error;
  listening.countersignBusy?.();
  throw error instanceof Busy ? error : new Busy(reason);
}
