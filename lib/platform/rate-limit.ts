import { createHash } from "node:crypto";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { unlessBusy } from "./db/busy";
import { db } from "./db/db";

export type Limit = {
  /**
   * Counts one attempt. Returns null while the limit allows it, else the seconds until it does.
   * Concurrent calls are all counted.
   */
  take(subject: string): Promise<number | null>;
  /** Whether `take` would be refused. Counts nothing. */
  isSpent(subject: string): Promise<boolean>;
  /** Counts one attempt and returns the new count. */
  count(subject: string): Promise<number>;
  /** `release` and `forget` do not fail if the database is busy: a count expires anyway. */
  release(subject: string): Promise<void>;
  forget(subject: string): Promise<void>;
};

/**
 * Allows at most `points` in `seconds`. All processes count in the table rate_limits. A subject
 * is stored as a hash.
 */
export function limit(name: string, points: number, seconds: number): Limit {
  let limiter: RateLimiterPostgres | undefined;
  const at = () =>
    (limiter ??= new RateLimiterPostgres({
      storeClient: { query },
      storeType: "client",
      tableName: "rate_limits",
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points,
      duration: seconds,
    }));

  return {
    take: async (subject) => {
      try {
        await at().consume(hashed(subject));
        return null;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
        throw refusal;
      }
    },
    isSpent: async (subject) => ((await at().get(hashed(subject)))?.consumedPoints ?? 0) >= points,
    count: async (subject) => (await at().penalty(hashed(subject))).consumedPoints,
    release: (subject) => unlessBusy(at().reward(hashed(subject))),
    forget: (subject) => unlessBusy(at().delete(hashed(subject))),
  };
}

const hashed = (subject: string): string => createHash("sha256").update(subject).digest("base64url");

type Query = { text: string; values: (string | number | null)[] };

/**
 * The only call that the library makes on its client, through the dashboard's own pool. Its SQL
 * is constant, and its values are parameters.
 */
async function query({ text, values }: Query) {
  const rows = await db().$queryRawUnsafe<{ points: number; expire: bigint | null }[]>(text, ...values);
  return {
    rowCount: rows.length,
    rows: rows.map((row) => ({ ...row, expire: row.expire === null ? null : Number(row.expire) })),
  };
}
