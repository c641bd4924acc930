import type { Member } from "../../access/member";
import { CHANNEL, LEASE_CONNECTION } from "../../gateway/cache/lease-sql";
import { Prisma } from "../../generated/prisma/client";
import { db, type Tx } from "../../platform/db/db";
import type { Progress } from "../../words/propagation";
import { DEACTIVATING } from "../lock-key";

/**
 * A key as its change leaves it. `xid` is the transaction whose change a gateway must have put into
 * effect.
 */
export type Change = { keyId: string; xid: string; status: string; allowedIps: string[]; since: string | null };

/** A run of a gateway, and whether it has put the change into effect. */
export type Acknowledgement = { id: string; name: string; given: boolean };

/**
 * Says what gateways must acknowledge, and has them look as soon as this transaction is committed.
 * To be called last in the transaction of a change that takes something away, and in that of its
 * repeat.
 */
export async function announce(tx: Tx, keyId: string): Promise<Change> {
  const [change] = await tx.$queryRaw<Change[]>`
    SELECT id::text AS "keyId", changed_xid::text AS xid, status::text AS status, allowed_ips AS "allowedIps",
      deactivated_at::text AS since, pg_notify(${CHANNEL}, '')::text AS notified
    FROM api_keys WHERE id = ${keyId}::uuid`;
  if (!change) throw new Error("A locked key is gone.");
  const { xid, status, allowedIps, since } = change;
  return { keyId, xid, status, allowedIps, since };
}

/**
 * Which gateways have acknowledged a change; null where that cannot be said.
 *
 * Promise: a gateway that is missing here, or has acknowledged, accepts nothing by the state before
 * the change. One that enters later reads keys only after its first renewal, and so after the
 * change.
 * Attack: a pool's connection that leads to another server, where other runs have entered and other
 * transactions have this id. One statement reads both the rows and the key, which must show this
 * very change. A gateway whose row somebody deleted: it is seen by its connection. One of a version
 * without rows: lib/worker/jobs/jobs/earlier-gateways keeps a row for all of them, which acknowledges nothing.
 */
export async function acknowledgementsOf({ keyId, xid, status, allowedIps, since }: Change): Promise<Acknowledgement[] | null> {
  const rows = await db().$queryRaw<{ id: string | null; name: string; given: boolean; strangers: number }[]>`
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
 * Whether gateway g has put the change of key k into effect. A snapshot from beyond this server's
 * own transactions is another server's: a copy of the table brought it along.
 */
const ACKNOWLEDGED = Prisma.sql`(pg_visible_in_snapshot(k.changed_xid, g.applied) AND pg_snapshot_xmax(g.applied) <= pg_snapshot_xmax(pg_current_snapshot()))`;

/** How many gateways are connected that have no row, and so cannot acknowledge. */
const STRANGERS = Prisma.sql`(
  SELECT count(*)::int FROM pg_stat_activity a
  WHERE a.datname = current_database() AND a.usename = 'countersign_gateway'
    AND starts_with(a.application_name, ${LEASE_CONNECTION})
    AND NOT EXISTS (SELECT FROM gateways r WHERE a.application_name = ${LEASE_CONNECTION} || r.id))`;

/**
 * How far the deactivation of a key of the member's merchant has come, for people to see; null
 * where there is none under way, or no gateway. A gateway that cannot acknowledge is waited for
 * too, and so counted.
 */
export async function progressOfKey({ merchantId }: Member, keyId: string): Promise<Progress | null> {
  const [progress] = await db().$queryRaw<Progress[]>`
    SELECT count(g.id)::int + ${STRANGERS} AS gateways, (count(*) FILTER (WHERE ${ACKNOWLEDGED}))::int AS refusing
    FROM api_keys k LEFT JOIN gateways g ON true
    WHERE k.id = ${keyId}::uuid AND k.merchant_id = ${merchantId}::uuid AND ${DEACTIVATING} HAVING count(*) > 0`;
  return progress && progress.gateways > 0 ? progress : null;
}
