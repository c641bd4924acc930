import { record } from "../../audit/record";
import type { Prisma } from "../../generated/prisma/client";
import { notifyOwners } from "../../mail/enqueue";
import type { Tx } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";
import { STANDBY_IS_OVER } from "../lock-key";
import { eraseCopy } from "../reveal/reveal";

type Over = { id: string; number: number; merchantId: MerchantId };

/**
 * Records that a rotation ended because no key took over in time: the pair on standby becomes
 * inactive, the active key stays. By the database's clock the pair is inactive already, with or
 * without this. A pair that a take-over has locked is left alone.
 *
 * @param which the condition on the row of `api_keys`
 * @returns whether there was one to record
 */
export async function endRotation(tx: Tx, which: Prisma.Sql): Promise<boolean> {
  const [over] = await tx.$queryRaw<Over[]>`
    SELECT id, number, merchant_id AS "merchantId" FROM api_keys WHERE ${which} AND ${STANDBY_IS_OVER} FOR UPDATE SKIP LOCKED`;
  if (!over) return false;
  const { id, number, merchantId } = over;
  await tx.$executeRaw`UPDATE api_keys SET status = 'inactive' WHERE id = ${id}::uuid`;
  await eraseCopy(tx, id);
  await record(tx, { kind: "system", merchantId }, "api_key.rotation_expired", { apiKeyId: id, data: { number } });
  await notifyOwners(tx, { merchantId, by: "Countersign", from: null }, "key_rotation_expired", { number });
  return true;
}
