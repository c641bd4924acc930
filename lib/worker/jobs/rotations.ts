import { STANDBY_IS_OVER } from "../../api-keys/lock-key";
import { endRotation } from "../../api-keys/rotation/end";
import { Prisma } from "../../generated/prisma/client";
import { db, inTransaction } from "../../platform/db/db";

/**
 * Records the end of rotations in which no key took over for seven days. A key that a take-over has
 * locked is left for the next round.
 *
 * @returns how many
 */
export async function expireRotations(most = 100): Promise<number> {
  const over = await db().$queryRaw<{ id: string }[]>`
    SELECT id FROM api_keys WHERE ${STANDBY_IS_OVER} ORDER BY standby_until LIMIT ${most}`;
  let expired = 0;
  for (const { id } of over) {
    const done = await inTransaction((tx) => endRotation(tx, Prisma.sql`id = ${id}::uuid`));
    if (done.ok && done.value) expired++;
  }
  return expired;
}
