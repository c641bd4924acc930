import type { Acting } from "../access/member";
import type { Tx } from "../db";
import { Prisma } from "../generated/prisma/client";
import { Refused } from "../result";
import { DEACTIVATING_SECONDS, type Status } from "./lifecycle";

/** A key as a change finds it, locked until the change's transaction ends. `since` is when it was deactivated, to the database's own precision. */
export type LockedKey = {
  id: string;
  number: number;
  status: Status;
  allowedIps: string[];
  everActivated: boolean;
  received: boolean;
  deactivating: boolean;
  since: string | null;
  refusedEverywhereAt: Date | null;
};

/**
 * A deactivation under way: no gateway is known to refuse the key yet. After 30 s without a word (the process that waited has died) the
 * gateways' leases have run out many times over. The statement's time, not the clock's, so that the index is used.
 */
export const DEACTIVATING = Prisma.sql`(status IN ('inactive', 'retired') AND refused_everywhere_at IS NULL
  AND deactivated_at > statement_timestamp() - make_interval(secs => ${DEACTIVATING_SECONDS}))`;

/** Locks a key of the member's merchant. @throws Refused `not_found`, for another merchant's key as for none */
export async function lockKey(tx: Tx, { merchantId }: Acting, keyId: string): Promise<LockedKey> {
  const [key] = await tx.$queryRaw<LockedKey[]>`
    SELECT id, number, status::text AS status, allowed_ips AS "allowedIps", first_activated_at IS NOT NULL AS "everActivated",
      secret_received_at IS NOT NULL AS received, ${DEACTIVATING} IS TRUE AS deactivating, deactivated_at::text AS since,
      refused_everywhere_at AS "refusedEverywhereAt"
    FROM api_keys WHERE id = ${keyId}::uuid AND merchant_id = ${merchantId}::uuid FOR UPDATE`;
  if (!key) throw new Refused({ code: "not_found" });
  return key;
}

/** Makes this transaction's COMMIT wait for the disk, whatever the server's default is: what is promised is not lost in a crash. */
export async function durably(tx: Tx): Promise<void> {
  await tx.$executeRaw`SET LOCAL synchronous_commit = on`;
}
