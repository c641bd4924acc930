import { eraseCopy } from "../../api-keys/reveal/reveal";
import { record } from "../../audit/record";
import { notifyOwners } from "../../mail/enqueue";
import { db, inTransaction, type Tx } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";

type Over = { id: string; number: number; merchantId: MerchantId };

/**
 * Ends rotations in which no key took over for seven days: the pair on standby becomes inactive,
 * the active key stays. The database's clock decides, as it does for a take-over. A key that a
 * take-over has locked is left for the next round.
 *
 * @returns how many
 */
export async function expireRotations(most = 100): Promise<number> {
  const over = await db().$queryRaw<{ id: string }[]>`
    SELECT id FROM api_keys WHERE status = 'standby' AND standby_until <= clock_timestamp() ORDER BY standby_until LIMIT ${most}`;
  let expired = 0;
  for (const { id } of over) {
    const done = await inTransaction((tx) => expire(tx, id));
    if (done.ok && done.value) expired++;
  }
  return expired;
}

async function expire(tx: Tx, id: string): Promise<boolean> {
  const [key] = await tx.$queryRaw<Over[]>`
    SELECT id, number, merchant_id AS "merchantId" FROM api_keys
    WHERE id = ${id}::uuid AND status = 'standby' AND standby_until <= clock_timestamp() FOR UPDATE SKIP LOCKED`;
  if (!key) return false;
  const { number, merchantId } = key;
  await tx.$executeRaw`UPDATE api_keys SET status = 'inactive' WHERE id = ${id}::uuid`;
  await eraseCopy(tx, id);
  await record(tx, { kind: "system", merchantId }, "api_key.rotation_expired", { apiKeyId: id, data: { number } });
  await notifyOwners(tx, { merchantId, by: "Countersign", from: null }, "key_rotation_expired", { number });
  return true;
}
