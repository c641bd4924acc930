import { Prisma } from "../../generated/prisma/client";

/**
 * When the key on standby of table `k` takes over, as pages say it. Once an Owner has activated
 * another key after the pair was generated, no request takes over any more, and the pair waits for
 * its Owner: the rule of the database function `take_over`.
 */
export const takesOverNow = (table: "k" | "api_keys"): Prisma.Sql => {
  const k = Prisma.raw(table);
  return Prisma.sql`CASE WHEN ${k}.status = 'standby' AND EXISTS (
    SELECT FROM api_keys later WHERE later.merchant_id = ${k}.merchant_id AND later.status = 'active' AND later.activated_at > ${k}.generated_at)
    THEN 'manual' ELSE ${k}.takes_over::text END`;
};
