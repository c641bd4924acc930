import { Prisma } from "../../generated/prisma/client";
import { deleteRows } from "./delete-rows";

/**
 * Deletes copies of new secrets after their 120 seconds, when they are no longer delivered. Rows
 * that an activation or a retry has locked are left for the next round. @returns how many
 */
export function eraseExpiredReveals(most = 1_000): Promise<number> {
  return deleteRows("reveals", Prisma.sql`expires_at <= now() ORDER BY expires_at`, most);
}
