import { createHash } from "node:crypto";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { unlessBusy } from "./db/busy";
import { db } from "./db/db";

export type Limit = {
  /** Counts one more. Null while there is room, else the seconds until there is; concurrent calls are all counted. */
  take(subject: string): Promise<number | null>;
  /** Whether `take` would find no room. Counts nothing. */
  isSpent(subject: string): Promise<boolean>;
  /** Counts one more and answers how many there are. */
  count(subject: string): Promise<number>;
  /** Neither fails where the database is busy: a counter ends by itself. */
  release(subject: string): Promise<void>;
  forget(subject: string): Promise<void>;
};

/** At most `points` in `seconds`, counted in the table rate_limits by every process alike. A subject is stored as a hash. */
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

/** The one call the library makes of its client, through the pool the dashboard has anyway. Its SQL is constant, its values are parameters. */
async function query({ text, values }: Query) {
  const rows = await db().$queryRawUnsafe<{ points: number; expire: bigint | null }[]>(text, ...values);
  return { rowCount: rows.length, rows: rows.map((row) => ({ ...row, expire: row.expire === null ? null : Number(row.expire) })) };
}
