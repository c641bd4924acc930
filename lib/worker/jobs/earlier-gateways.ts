import { LEASE_CONNECTION, SEALING_CONNECTION, USAGE_CONNECTION } from "../../gateway/cache/lease-sql";
import { db } from "../../platform/db/db";
import { PROPAGATION_WAIT_MS } from "../../platform/lease";

/** The row that represents all gateways before version 0.3.0, which have no rows of their own. */
export const EARLIER_GATEWAYS = "00000000-0000-0000-0000-000000000000";

type Seen = { version: string; mayRenew: boolean; connected: boolean };

const QUIET_MS = 60_000;

/**
 * Shuts out gateways of versions without rows when none of them runs any more. Then it deletes
 * their common row, which makes every deactivation wait the full time.
 *
 * Promise: the row is deleted only after the last lease that one of them could hold has ended.
 * For that long, by its own monotonic clock, this worker has seen that they may not read the
 * column that renews their leases. It trusts no time in the database and no connection name.
 * Names only decide when to shut them out: a gateway that still ran would lose its lease.
 * @returns a job that remembers what it saw in its last rounds and returns how many rows it
 * deleted
 */
export function earlierGateways(now = (): number => performance.now()): () => Promise<number> {
  let quietSince: number | null = null;
  let shutOutSince: number | null = null;
  return async () => {
    const seen = await look();
    if (!seen || (seen.mayRenew && seen.connected)) quietSince = null;
    else quietSince ??= now();
    shutOutSince = seen && !seen.mayRenew ? (shutOutSince ?? now()) : null;
    if (!seen) return 0;
    if (shutOutSince !== null) return now() - shutOutSince >= PROPAGATION_WAIT_MS ? deleteUnchanged(seen.version) : 0;
    if (quietSince !== null && now() - quietSince >= QUIET_MS)
      await db().$executeRaw`SELECT shut_out_earlier_gateways()`;
    return 0;
  };
}

/** Null if the row is gone. `connected`: a gateway connection exists that belongs to no row. */
async function look(): Promise<Seen | null> {
  const [seen] = await db().$queryRaw<Seen[]>`
    SELECT xmin::text AS version, has_column_privilege('countersign_gateway', 'api_keys', 'changed_xid', 'SELECT') AS "mayRenew",
      EXISTS (SELECT FROM pg_stat_activity a
        WHERE a.datname = current_database() AND a.usename = 'countersign_gateway'
          AND a.application_name NOT IN (${USAGE_CONNECTION}, ${SEALING_CONNECTION})
          AND NOT EXISTS (SELECT FROM gateways r WHERE a.application_name = ${LEASE_CONNECTION} || r.id)) AS connected
    FROM gateways WHERE id = ${EARLIER_GATEWAYS}::uuid`;
  return seen ?? null;
}

/** Deletes nothing if they were let in again in the meantime, because that rewrites the row. */
function deleteUnchanged(version: string): Promise<number> {
  return db().$executeRaw`DELETE FROM gateways WHERE id = ${EARLIER_GATEWAYS}::uuid AND xmin::text = ${version}`;
}
