import { Prisma } from "../../generated/prisma/client";
import { deleteRows } from "./delete-rows";

/**
 * Deletes expired counters, which the library already reads as zero. `expire` is Unix time in
 * milliseconds. @returns how many
 */
export function forgetExpiredLimits(most = 1_000): Promise<number> {
  return deleteRows("rate_limits", Prisma.sql`expire <= extract(epoch FROM now()) * 1000`, most);
}
