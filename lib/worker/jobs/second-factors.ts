import { Prisma } from "../../generated/prisma/client";
import { deleteRows } from "./delete-rows";

/** Deletes expired passkey challenges, which are already refused. @returns how many */
export function forgetExpiredChallenges(most = 1_000): Promise<number> {
  return deleteRows("passkey_challenges", Prisma.sql`expires_at <= now()`, most);
}

/** Deletes device moves that were not confirmed in time, with their seeds. @returns how many */
export function eraseExpiredMoves(most = 1_000): Promise<number> {
  return deleteRows("device_moves", Prisma.sql`expires_at <= now()`, most);
}
