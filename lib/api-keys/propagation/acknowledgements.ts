import type { Member } from "../../access/member";
import { CHANNEL, LEASE_CONNECTION } from "../../gateway/cache/lease-sql";
import { Prisma } from "../../generated/prisma/client";
import { db, type Tx } from "../../platform/db/db";
import type { KeyId } from "../../platform/ids";
import type { Progress } from "../../words/propagation";
import { DEACTIVATING } from "../lock-key";

/** A key's state after a change. Every gateway must have applied the transaction `xid`. */
export type Change = { keyId: KeyId; xid: string; status: string; allowedIps: string[]; since: string | null };

/** A gateway process, and whether it has applied the change (`given`). */
export type Acknowledgement = { id: string; name: string; given: boolean };

/** Without any gateway, one row without one. */
type Found = { given: boolean; strangers: number } & ({ id: string; name: string } | { id: null; name: null });

/**
 * Returns what gateways must acknowledge, and notifies them when this transaction commits. Call it
 * last in the transaction of a change that removes access, and of its repeat.
 */
export async function announce(tx: Tx, keyId: KeyId): Promise<Change> {
  const [change] = await tx.$queryRaw<Change[]>`
    SELECT id::text AS "keyId", changed_xid::text AS xid, status::text AS status, allowed_ips AS "allowedIps",
      deactivated_at::text AS since, pg_notify(${CHANNEL}, '')::text AS notified
    FROM api_keys WHERE id = ${keyId}::uuid`;
  if (!change) throw new Error("A locked key is gone.");
  const { xid, status, allowedIps, since } = change;
  return { keyId, xid, status, allowedIps, since };
}

/**
 * Returns which gateways have acknowledged a change, or null if that is uncertain.
 *
 * Promise: a gateway that is not listed, or has acknowledged, no longer uses the state before the
 * change. A gateway that registers later reads keys only after its first renewal, and so after
 * the change.
 * Attacks: a pooled connection that leads to another server, where other gateways are registered
 * and another transaction has this id (one statement reads both the rows and the key, and the key
 * must show exactly this change); a gateway whose row was deleted (its connection is still seen).
 */
export async function acknowledgementsOf({
  keyId,
  xid,
  status,
  allowedIps,
  since,
}: Change): Promise<Acknowledgement[] | null> {
  const rows = await db().$queryRaw<Found[]>`
    SELECT g.id, g.name, coalesce(${ACKNOWLEDGED}, false) AS given, ${STRANGERS} AS strangers
    FROM api_keys k LEFT JOIN gateways g ON true
    WHERE k.id = ${keyId}::uuid AND k.changed_xid = ${xid}::xid8 AND k.status::text = ${status} AND k.allowed_ips = ${allowedIps}::text[]
      AND k.deactivated_at::text IS NOT DISTINCT FROM ${since}
    ORDER BY g.name, g.id`;
  const [first] = rows;
  if (!first || first.strangers > 0) return null;
  return rows.flatMap(({ id, name, given }) => (id === null ? [] : { id, name, given }));
}

/**
 * Whether gateway g has applied the change of key k. A snapshot that is ahead of this server's own
 * transactions is another server's: it came with a copy of the table.
 */
const ACKNOWLEDGED = Prisma.sql`(pg_visible_in_snapshot(k.changed_xid, g.applied) AND pg_snapshot_xmax(g.applied) <= pg_snapshot_xmax(pg_current_snapshot()))`;

/** The number of connected gateways that have no row and so cannot acknowledge. */
const STRANGERS = Prisma.sql`(
  SELECT count(*)::int FROM pg_stat_activity a
  WHERE a.datname = current_database() AND a.usename = 'countersign_gateway'
    AND starts_with(a.application_name, ${LEASE_CONNECTION})
    AND NOT EXISTS (SELECT FROM gateways r WHERE a.application_name = ${LEASE_CONNECTION} || r.id))`;

/**
 * The progress of a key's deactivation, for display; null if none is in progress or there is no
 * gateway. Gateways that cannot acknowledge are waited for as well, so they are counted.
 */
export async function progressOfKey({ merchantId }: Member, keyId: KeyId): Promise<Progress | null> {
  const [progress] = await db().$queryRaw<Progress[]>`
    SELECT count(g.id)::int + ${STRANGERS} AS gateways, (count(*) FILTER (WHERE ${ACKNOWLEDGED}))::int AS refusing
    FROM api_keys k LEFT JOIN gateways g ON true
    WHERE k.id = ${keyId}::uuid AND k.merchant_id = ${merchantId}::uuid AND ${DEACTIVATING} HAVING count(*) > 0`;
  return progress && progress.gateways > 0 ? progress : null;
}
