import { PrismaPg } from "@prisma/adapter-pg";
import { appDatabaseEnv } from "./env";
import { type Prisma, PrismaClient } from "./generated/prisma/client";
import { Refused, type Result } from "./result";

export type Tx = Prisma.TransactionClient;

const shared = globalThis as { countersignDb?: PrismaClient };

/** Prisma as the database role `app`, connected at first use: `next build` imports this without a database. Development reloads keep the client. */
export function db(): PrismaClient {
  shared.countersignDb ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: appDatabaseEnv().APP_DATABASE_URL, max: 20, connectionTimeoutMillis: 5_000 }),
  });
  return shared.countersignDb;
}

/** Runs `work` in one READ COMMITTED transaction. A thrown `Refused` rolls back and becomes the Result; anything else is a bug and is thrown on. */
export async function inTransaction<T>(work: (tx: Tx) => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await db().$transaction(work, { maxWait: 5_000, timeout: 8_000 }) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}
