import type { Tx } from "../db";

/** One at a time for what a user has ten or twenty of: the next waits for the end of this transaction. */
export async function lockUser(tx: Tx, userId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`;
}
