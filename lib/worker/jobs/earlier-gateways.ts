import { LEASE_CONNECTION, SEALING_CONNECTION, USAGE_CONNECTION } from "../../gateway/cache/lease-sql";
import { db } from "../../platform/db/db";
import { PROPAGATION_WAIT_MS } from "../../platform/lease";

/** The row that stands for all gateways of versions before 0.3.0, which have none of their own. */
export const EARLIER_GATEWAYS = "00000000-0000-0000-0000-000000000000";

type Seen = { version: string; mayRenew: boolean; connected: boolean };

const QUIET_MS = 60_000;

/**
 * Shuts gateways of versions without rows out once none of them runs any more, and then deletes the
 * row that makes every deactivation wait in full for them.
 *
 * Promise: the row is deleted when the last lease that one of them could have has run out. By this
 * worker's monotonic clock it has seen for as long as that takes that they may not read what a
 * lease of theirs is renewed from; no time in the database is believed, and no name of a connection.
 * Names only tell when it is time: a gateway that runs on would lose its lease.
 * @returns a job, which remembers what it saw in its last rounds, and answers how many rows it
 *   deleted
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
    if (quietSince !== null && now() - quietSince >= QUIET_MS) await db().$executeRaw`SELECT shut_out_earlier_gateways()`;
    return 0;
  };
}

/** Null where the row is gone. Every connection counts that is not one of a gateway with a row. */
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

/** Not where they were let in again meanwhile: that writes the row anew. */
function deleteUnchanged(version: string): Promise<number> {
  return db().$executeRaw`DELETE FROM gateways WHERE id = ${EARLIER_GATEWAYS}::uuid AND xmin::text = ${version}`;
}
