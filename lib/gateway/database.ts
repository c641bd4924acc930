import pg from "pg";
import { batched } from "./batched";
import type { PollAnswer } from "./leases";
import { LEASE_MS } from "./leases";
import type { PollConnection } from "./poller";

export type KeyRow = { id: string; key: string; number: number; merchantId: string; merchantName: string; allowedIps: string[] } & (
  | { status: "active"; sealed: Uint8Array<ArrayBuffer>; keyVersion: number; activatedAt: Date }
  | { status: "generated" | "inactive" | "retired" }
);

export type Database = {
  /** Reads one key as it is now; null where there is none. */
  readKey(key: string): Promise<KeyRow | null>;
  connectPoll(): Promise<PollConnection>;
  close(): Promise<void>;
};

export const READ_KEYS = {
  name: "read-keys",
  text: `SELECT k.id, k.key, k.number, k.merchant_id AS "merchantId", m.name AS "merchantName", k.status, k.allowed_ips AS "allowedIps",
      k.sealed_secret AS sealed, k.key_version AS "keyVersion", k.activated_at AS "activatedAt"
    FROM api_keys k JOIN merchants m ON m.id = k.merchant_id WHERE k.key = ANY ($1)`,
};

/** One row at least, so that the snapshot's xmin comes back even when nothing changed. Rows stamped by another cluster (a restore) lie past xmax. */
export const POLL = {
  name: "poll",
  text: `WITH seen AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot)
    SELECT pg_snapshot_xmin(snapshot)::text AS xmin, pg_is_in_recovery() AS "inRecovery", changed.key
    FROM seen LEFT JOIN LATERAL (
      SELECT key FROM api_keys WHERE changed_xid >= $1::xid8 AND changed_xid < pg_snapshot_xmax(snapshot) LIMIT 10001
    ) changed ON true`,
};

/** The gateway's own pool, in the role that may only read keys, and direct connections for polls. What takes longer than a lease is no use: it fails. */
export function openDatabase(url: string, failed: (error: unknown) => void): Database {
  const config = {
    connectionString: url,
    application_name: "countersign-gateway",
    connectionTimeoutMillis: LEASE_MS,
    query_timeout: LEASE_MS,
    keepAlive: true,
  };
  const pool = new pg.Pool(config);
  pool.on("error", failed);
  return {
    readKey: batched(async (keys) => (await pool.query<KeyRow>({ ...READ_KEYS, values: [keys] })).rows),
    connectPoll: () => connectPoll(config),
    close: () => pool.end(),
  };
}

async function connectPoll(config: pg.ClientConfig): Promise<PollConnection> {
  const client = new pg.Client(config);
  // A connection lost between two polls shows itself at the next one.
  client.on("error", () => undefined);
  await client.connect();
  return {
    async poll(since): Promise<PollAnswer> {
      type Row = { xmin: string; inRecovery: boolean; key: string | null };
      const { rows } = await client.query<Row>({ ...POLL, values: [since?.toString() ?? null] });
      const [first] = rows;
      if (!first) throw new Error("a poll answered no row");
      return { xmin: BigInt(first.xmin), inRecovery: first.inRecovery, changed: rows.flatMap(({ key }) => key ?? []) };
    },
    close: () => void client.end().catch(() => undefined),
  };
}
