import type { Prisma } from "../../generated/prisma/client";
import { db } from "../../platform/db/db";
import type { FoundKey } from "./queries";

/** Which keys a leak is about: all that is given must hold. */
export type Leak = { sealedBy?: number; merchantId?: string; activatedBefore?: Date; activatedSince?: Date };

/**
 * The keys of a leak that are not retired yet, by number: of a merchant those that were never
 * active too.
 */
export function leakedKeys({ sealedBy, merchantId, activatedBefore, activatedSince }: Leak): Promise<FoundKey[]> {
  const where: Prisma.ApiKeyWhereInput = {
    // Also those of which nobody has said yet that every gateway refuses them.
    OR: [{ status: { not: "retired" } }, { deactivatedAt: { not: null }, refusedEverywhereAt: null }],
    ...(sealedBy !== undefined && { keyVersion: sealedBy }),
    ...(merchantId !== undefined && { merchantId }),
    ...((activatedBefore ?? activatedSince) && { AND: secretMade({ lt: activatedBefore, gte: activatedSince }) }),
  };
  return db().apiKey.findMany({
    where,
    orderBy: { number: "asc" },
    select: { id: true, number: true, status: true, merchant: { select: { id: true, number: true, name: true, mode: true } } },
  });
}

/** The secret of a key comes with its first activation; of a pair that a rotation made, with the pair. */
const secretMade = (when: { lt?: Date; gte?: Date }): Prisma.ApiKeyWhereInput => ({
  OR: [
    { takesOver: null, firstActivatedAt: when },
    { takesOver: { not: null }, generatedAt: when },
  ],
});
