import { Socket } from "node:net";
import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { Prisma, PrismaClient } from "../../generated/prisma/client";
import { appDatabaseEnv } from "../env";
import { accept, type Result, RollbackWith, refuse } from "../result";
import { refusingWhenBusy } from "./busy";
import { Busy, Silent, throwBusy } from "./database-busy";
import { ENDS_WHEN_IDLE } from "./ends-when-idle";
import { WarnedClient } from "./server-warnings";
import { serversIn } from "./servers.mjs";

export type Tx = Prisma.TransactionClient;

/** One statement with $1, $2 … through whichever connection may run it, and its rows. */
export type RunSql = <T>(text: string, values: unknown[]) => Promise<T[]>;

/*
 * Every way a statement can hang has an end, and each comes before the next, all before a dialog's 10 s: another transaction's lock
 * (whose COMMIT was swallowed: 5 s), the wait for it (5.8 s), the server (6 s), a connection that is open and silent (7 s), Prisma's transaction (8 s).
 */
const IDLE_IN_TRANSACTION_MS = 5_000;
const LOCK_MS = 5_800;
const STATEMENT_MS = 6_000;
const SILENCE_MS = 7_000;
const TRANSACTION_MS = 8_000;
const IDLE_MS = 5_000;

const shared = globalThis as { countersignDb?: PrismaClient };

/** Prisma as the database role `app`, connected at first use: `next build` imports this without a database. Development reloads keep the client. */
export function db(): PrismaClient {
  shared.countersignDb ??= sayingBusy(connectedTo(appDatabaseEnv().APP_DATABASE_URL));
  return shared.countersignDb;
}

/** As the role `app`, outside a transaction. */
export const runSqlAsApp: RunSql = (text, values) => db().$queryRawUnsafe(text, ...values);

/** Runs `work` in one READ COMMITTED transaction. @throws Busy where its BEGIN, a statement or its COMMIT is turned away */
export function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return db().$transaction(work, { maxWait: 5_000, timeout: TRANSACTION_MS }).catch(throwBusy);
}

/**
 * The same for an operation. A thrown `Refused` rolls back and becomes the Result; anything else is a bug and is thrown on. What is turned away is `busy`
 * ("Nothing was changed") only where that is certain: the lock it waited for may be held by an earlier try of the same, whose COMMIT still waits for a
 * standby. Then it is `not_answered`.
 */
export async function inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<Result<T>> {
  const done = await refusingWhenBusy(async () => {
    try {
      return accept(await transaction(work));
    } catch (error) {
      if (error instanceof RollbackWith) return refuse(error.refusal);
      throw error;
    }
  });
  return !done.ok && done.refusal.code === "busy" && (await isCommitUnderWay()) ? refuse({ code: "not_answered" }) : done;
}

/** Whether a COMMIT of this role, whichever process sent it, has been under way for a second. False where the database is too busy to be asked. */
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

/** The name of the unique index an error speaks of, if it speaks of one. Its transaction is over: ask outside it. */
export function violatedIndex(error: unknown): string | null {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return null;
  const { cause } = (error.meta?.driverAdapterError ?? {}) as { cause?: { kind?: string; constraint?: { index?: string } } };
  return cause?.kind === "UniqueConstraintViolation" ? (cause.constraint?.index ?? null) : null;
}

/** Every statement alike: what PostgreSQL turns away is thrown as Busy. */
function sayingBusy(client: PrismaClient): PrismaClient {
  return client.$extends({ query: { $allOperations: ({ args, query }) => query(args).catch(throwBusy) } }) as unknown as PrismaClient;
}

/** The adapter reads a timestamptz as UTC whatever its offset says; both hold whatever the server's or the role's defaults are. */
const SESSION = `-c TimeZone=UTC -c default_transaction_isolation=read\\ committed ${ENDS_WHEN_IDLE}`;

function connectedTo(url: string): PrismaClient {
  return new PrismaClient({
    // Without the arguments of the call, which its messages would repeat.
    errorFormat: "minimal",
    adapter: new PrismaPg({
      ...serversIn(url),
      max: 20,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: IDLE_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      statement_timeout: STATEMENT_MS,
      lock_timeout: LOCK_MS,
      options: SESSION,
      // Counts the warnings of its server: a COMMIT whose wait for a standby was cancelled succeeds with one.
      Client: WarnedClient as unknown as new () => pg.ClientBase,
      stream: endingWhenSilent,
    }),
  });
}

/**
 * A reply swallowed on the way leaves a connection open and silent: pg would wait for ever, and its `query_timeout` would hand the connection back
 * to the pool with the lost query still in front of the next one. A destroyed socket fails every query on it, and the pool drops it.
 */
function endingWhenSilent(): Socket {
  const socket = new Socket();
  return socket.setTimeout(SILENCE_MS, () => socket.destroy(new Silent(`The database was silent for ${SILENCE_MS} ms.`)));
}
