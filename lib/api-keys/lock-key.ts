import type { Acting } from "../access/member";
import { Prisma } from "../generated/prisma/client";
import type { Tx } from "../platform/db/db";
import type { KeyId } from "../platform/ids";
import { RollbackWith } from "../platform/result";
import type { Status } from "./lifecycle";

/**
 * A key, locked until the transaction of its change ends. `since` is when it was deactivated, in
 * the database's full precision. `narrowing`: gateways may still use a wider allowlist.
 */
export type LockedKey = {
  id: string;
  number: number;
  status: Status;
  allowedIps: string[];
  narrowing: boolean;
  hasSecret: boolean;
  received: boolean;
  deactivating: boolean;
  since: string | null;
  refusedEverywhereAt: Date | null;
  /**
   * It was on standby, and nobody has recorded yet that its time is over: its status is
   * `inactive`.
   */
  standbyIsOver: boolean;
};

/** The status of a row of `api_keys` by the database's clock, whatever the worker has recorded. */
export const STATUS_NOW = Prisma.sql`status_now(status, standby_until)`;
export const STANDBY_IS_OVER = Prisma.sql`(status = 'standby' AND ${STATUS_NOW} <> 'standby')`;

/**
 * A deactivation in progress: it is not yet certain that every gateway refuses the key. It does
 * not end by time. The process that waits for the gateways ends it; the worker does after a
 * take-over by a request, and if that process died.
 */
export const DEACTIVATING = Prisma.sql`(status IN ('inactive', 'retired') AND deactivated_at IS NOT NULL AND refused_everywhere_at IS NULL)`;

/**
 * Locks a key and the keys that a take-over swaps, in one statement. All code that waits for the
 * locks of two keys takes them in the order of their ids, so that no two transactions deadlock.
 * The key is among them in any state: a concurrent statement that waited for it may hold it and
 * look for the pair that this key belonged to before. Not for a transaction that holds a key
 * already.
 */
export async function lockPair(tx: Tx, { merchantId }: Pick<Acting, "merchantId">, keyId: KeyId): Promise<void> {
  await tx.$queryRaw`
    SELECT id FROM api_keys WHERE merchant_id = ${merchantId}::uuid AND (status IN ('active', 'standby') OR id = ${keyId}::uuid)
    ORDER BY id FOR UPDATE`;
}

/**
 * Locks a key of the member's merchant.
 *
 * @throws RollbackWith `not_found`, also for another merchant's key
 */
export async function lockKey(tx: Tx, { merchantId }: Pick<Acting, "merchantId">, keyId: KeyId): Promise<LockedKey> {
  const [key] = await tx.$queryRaw<LockedKey[]>`
    SELECT id, number, ${STATUS_NOW}::text AS status, allowed_ips AS "allowedIps", narrowing, fingerprint IS NOT NULL AS "hasSecret",
      secret_received_at IS NOT NULL AS received, ${DEACTIVATING} IS TRUE AS deactivating, deactivated_at::text AS since,
      refused_everywhere_at AS "refusedEverywhereAt", ${STANDBY_IS_OVER} AS "standbyIsOver"
    FROM api_keys WHERE id = ${keyId}::uuid AND merchant_id = ${merchantId}::uuid FOR UPDATE`;
  if (!key) throw new RollbackWith(tx, { code: "not_found" });
  return key;
}
