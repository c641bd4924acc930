import type { Prisma } from "../../generated/prisma/client";
import { db } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";
import type { FoundKey } from "./queries";

/** Which keys a leak is about. A key must meet all conditions that are given. */
export type Leak = { sealedBy?: number; merchantId?: MerchantId; activatedBefore?: Date; activatedSince?: Date };

/**
 * The keys of a leak that are not retired yet, by number. A leak of a merchant includes keys that
 * were never active.
 */
export function leakedKeys({ sealedBy, merchantId, activatedBefore, activatedSince }: Leak): Promise<FoundKey[]> {
  const where: Prisma.ApiKeyWhereInput = {
    // Includes retired keys that are not yet known to be refused by every gateway.
    OR: [{ status: { not: "retired" } }, { deactivatedAt: { not: null }, refusedEverywhereAt: null }],
    ...(sealedBy !== undefined && { keyVersion: sealedBy }),
    ...(merchantId !== undefined && { merchantId }),
    ...((activatedBefore ?? activatedSince) && { AND: secretMade({ lt: activatedBefore, gte: activatedSince }) }),
  };
  return db().apiKey.findMany({
    where,
    orderBy: { number: "asc" },
    select: {
      id: true,
      number: true,
      status: true,
      merchant: { select: { id: true, number: true, name: true, mode: true } },
    },
  });
}

/**
 * The secret of a key comes with its first activation; of a pair that a rotation made, with the
 * pair.
 */
const secretMade = (when: { lt?: Date; gte?: Date }): Prisma.ApiKeyWhereInput => ({
  OR: [
    { takesOver: null, firstActivatedAt: when },
    { takesOver: { not: null }, generatedAt: when },
  ],
});
