import { Socket } from "node:net";
import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { Prisma, PrismaClient } from "../../generated/prisma/client";
import { appDatabaseEnv } from "../env";
import { accept, type Result, RollbackWith, refuse } from "../result";
import { refuseIfBusy } from "./busy";
import { Busy, Silent, throwBusy } from "./database-busy";
import { IDLE_TIMEOUT } from "./idle-timeout";
import { WarnedClient } from "./server-warnings";
import { serversIn } from "./servers.mjs";

/** What runs statements: a transaction, or the pool, where each statement is one of its own. */
export type Statements = Prisma.TransactionClient;
declare const underWay: unique symbol;
/** A transaction. The pool is none: what needs one transaction does not compile with it. */
export type Tx = Statements & { readonly [underWay]: true };

/** Runs one statement with $1, $2 … on a suitable connection and returns its rows. */
export type RunSql = <T>(text: string, values: unknown[]) => Promise<T[]>;

/*
 * Every way in which a statement can hang has a time limit. Each limit is shorter than the next,
 * and all are shorter than a dialog's 10 s: another transaction that holds a lock and whose
 * COMMIT never arrived (5 s), the wait for a lock (5.8 s), the server (6 s), a connection that is
 * open and silent (7 s), Prisma's transaction (8 s).
 */
const IDLE_IN_TRANSACTION_MS = 5_000;
const LOCK_MS = 5_800;
const STATEMENT_MS = 6_000;
const SILENCE_MS = 7_000;
const TRANSACTION_MS = 8_000;
const IDLE_MS = 5_000;

const shared = globalThis as { countersignDb?: PrismaClient; countersignPool?: pg.Pool | undefined };

/**
 * Prisma with the database role `app`. It connects at first use: `next build` imports this
 * without a database. Reloads in development keep the client.
 */
export function db(): PrismaClient {
  shared.countersignDb ??= sayingBusy(connectedTo(appDatabaseEnv().APP_DATABASE_URL));
  return shared.countersignDb;
}

/**
 * As the role `app`, outside a transaction, on one of Prisma's connections but without Prisma's
 * own work on each statement, of which a page runs a dozen.
 * @throws Busy if the statement is turned away
 */
export const runSqlAsApp: RunSql = async <T>(text: string, values: unknown[]) => {
  try {
    return (await (await connections()).query(text, values)).rows as T[];
  } catch (error) {
    return throwBusy(error);
  }
};

/** The same for a template, whose values become $1, $2 … */
export const query = <T>(text: TemplateStringsArray, ...values: unknown[]): Promise<T[]> => {
  const { text: numbered, values: given } = Prisma.sql(text, ...values);
  return runSqlAsApp<T>(numbered, given);
};

/** Prisma's connections. It closes them when it disconnects, and opens new ones at its next use. */
async function connections(): Promise<pg.Pool> {
  const client = db();
  if (!shared.countersignPool || shared.countersignPool.ending) await client.$connect();
  return shared.countersignPool as pg.Pool;
}

/**
 * Runs `work` in one READ COMMITTED transaction of at most `timeout` milliseconds.
 * @throws Busy if its BEGIN, a statement or its COMMIT is turned away
 */
export function transaction<T>(work: (tx: Tx) => Promise<T>, timeout = TRANSACTION_MS): Promise<T> {
  return db()
    .$transaction((tx) => work(tx as Tx), { maxWait: 5_000, timeout })
    .catch(throwBusy);
}

/**
 * The same for an operation. A thrown `RollbackWith` rolls back and becomes the Result; anything
 * else is a bug and is rethrown.
 *
 * A transaction that is turned away is `busy` ("Nothing was changed") only if that is certain.
 * The lock it waited for may belong to an earlier try of the same operation, whose COMMIT still
 * waits for a standby. The result is then `not_answered`.
 */
export async function inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<Result<T>> {
  const done = await refuseIfBusy(async () => {
    try {
      return accept(await transaction(work));
    } catch (error) {
      if (error instanceof RollbackWith) return refuse(error.refusal);
      throw error;
    }
  });
  return !done.ok && done.refusal.code === "busy" && (await isCommitUnderWay())
    ? refuse({ code: "not_answered" })
    : done;
}

/**
 * Whether a COMMIT of this role, from any process, has been running for a second. False if the
 * database is too busy to tell.
 */
async function isCommitUnderWay(): Promise<boolean> {
  try {
    const [row] = await db().$queryRaw<{ found: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE usename = current_user AND state = 'active' AND query ILIKE 'COMMIT%'
        AND query_start < clock_timestamp() - interval '1 second') AS found`;
    return row?.found === true;
  } catch (error) {
    if (error instanceof Busy) return false;
    throw error;
  }
}

/**
 * The name of the unique index that an error reports, if it reports one. The transaction is over
 * by then: run further statements outside it.
 */
export function violatedIndex(error: unknown): string | null {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return null;
  const { cause } = (error.meta?.driverAdapterError ?? {}) as {
    cause?: { kind?: string; constraint?: { index?: string } };
  };
  return cause?.kind === "UniqueConstraintViolation" ? (cause.constraint?.index ?? null) : null;
}

/** Every statement that PostgreSQL turns away throws Busy. */
function sayingBusy(client: PrismaClient): PrismaClient {
  return client.$extends({
    query: { $allOperations: ({ args, query }) => query(args).catch(throwBusy) },
  }) as unknown as PrismaClient;
}

/**
 * The adapter reads a timestamptz as UTC and ignores its offset. Both settings override the
 * defaults of the server and the role.
 */
const SESSION = `-c TimeZone=UTC -c default_transaction_isolation=read\\ committed ${IDLE_TIMEOUT}`;

function connectedTo(url: string): PrismaClient {
  return new PrismaClient({
    // Error messages without the arguments of the call.
    errorFormat: "minimal",
    adapter: new SharedPool({
      ...serversIn(url),
      max: 20,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: IDLE_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      statement_timeout: STATEMENT_MS,
      lock_timeout: LOCK_MS,
      options: SESSION,
      // Counts the server's warnings: a COMMIT whose wait for a standby was cancelled succeeds
      // with a warning.
      Client: WarnedClient as unknown as new () => pg.ClientBase,
      stream: endingWhenSilent,
    }),
  });
}

/** Prisma's adapter, whose pool of connections is used for plain reads too. */
class SharedPool extends PrismaPg {
  override async connect(): ReturnType<PrismaPg["connect"]> {
    const adapter = await super.connect();
    shared.countersignPool = adapter.underlyingDriver() as pg.Pool;
    return adapter;
  }
}

/**
 * A lost reply leaves a connection open and silent. Without a limit, pg would wait for ever. Its
 * `query_timeout` would return the connection to the pool with the lost query still ahead of the
 * next one. A destroyed socket fails every query on it, and the pool drops it.
 */
function endingWhenSilent(): Socket {
  const socket = new Socket();
  return socket.setTimeout(SILENCE_MS, () =>
    socket.destroy(new Silent(`The database was silent for ${SILENCE_MS} ms.`)),
  );
}
