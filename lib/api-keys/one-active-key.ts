import type { Member } from "../access/member";
import { db, violatedIndex } from "../platform/db/db";
import { type Result, refuse } from "../platform/result";

const ATTEMPTS = 3;
/** Violated if the ticket was used before: a rotation derives its key's id from the ticket. */
const TICKETS = ["reveals_ticket_hash_key", "api_keys_pkey"];
const RACES: Record<string, { status: "active" | "standby"; refusal: "another_key_active" | "rotation_under_way" }> = {
  api_keys_one_active_per_merchant: { status: "active", refusal: "another_key_active" },
  api_keys_one_standby_per_merchant: { status: "standby", refusal: "rotation_under_way" },
};

/**
 * Runs an activation, a rotation or a take-over that may compete with others. The database's unique
 * indexes decide. One that loses is rolled back, its code included, and gets the number of the key
 * that won. If that key has already been deactivated, retry.
 */
export async function retryOnConflict<T>(
  { merchantId }: Pick<Member, "merchantId">,
  change: () => Promise<Result<T>>,
): Promise<Result<T>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await change();
    } catch (error) {
      const index = violatedIndex(error);
      if (index !== null && TICKETS.includes(index)) return refuse({ code: "ticket_conflict" });
      const race = index === null ? undefined : RACES[index];
      if (!race) throw error;
      const winner = await db().apiKey.findFirst({
        where: { merchantId, status: race.status },
        select: { number: true },
      });
      if (winner) return refuse({ code: race.refusal, number: winner.number });
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
