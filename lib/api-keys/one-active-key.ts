import type { Member } from "../access/member";
import { db, violatedIndex } from "../platform/db/db";
import { type Result, refuse } from "../platform/result";

const ATTEMPTS = 3;

/**
 * Runs an activation that may compete with others. The database's unique index decides. An
 * activation that loses is rolled back, its code included, and gets the number of the active key.
 * If that key has already been deactivated, retry.
 */
export async function retryOnConflict<T>({ merchantId }: Member, activation: () => Promise<Result<T>>): Promise<Result<T>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await activation();
    } catch (error) {
      const index = violatedIndex(error);
      if (index === "reveals_ticket_hash_key") return refuse({ code: "ticket_conflict" });
      if (index !== "api_keys_one_active_per_merchant") throw error;
      const winner = await db().apiKey.findFirst({ where: { merchantId, status: "active" }, select: { number: true } });
      if (winner) return refuse({ code: "another_key_active", number: winner.number });
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
