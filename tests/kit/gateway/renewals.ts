import type { RenewalAnswer } from "@/lib/gateway/cache/key-cache";
import type { LeaseConnection } from "@/lib/gateway/cache/lease-protocol";

/** Renews once and returns the result. */
export async function renewOnce(
  connection: Pick<LeaseConnection, "renew">,
  since: string | null = null,
): Promise<RenewalAnswer> {
  let given: RenewalAnswer | undefined;
  await connection.renew({
    begin: () => ({ since, row: since === null ? "enter" : "acknowledge" }),
    end: (answer) => {
      given = answer;
    },
  });
  if (!given) throw new Error("a renewal answered nothing");
  return given;
}

/**
 * Repeats a query that took longer than a lease, as any query can on a busy machine, or whose
 * connection was replaced for that reason.
 */
export async function retryIfSlow<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left--)
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || !/timeout|was silent|before its first renewal/.test(String(error))) throw error;
    }
}
