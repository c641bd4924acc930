import type { RenewalAnswer } from "@/lib/gateway/cache/key-cache";
import type { LeaseConnection } from "@/lib/gateway/cache/lease-connection";

/** Renews once, and answers what was answered. */
export async function renewed(connection: Pick<LeaseConnection, "renew">, since: string | null = null): Promise<RenewalAnswer> {
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

/** Again where it took longer than a lease, as any question to a database may on a busy machine, or its connection had done so and was replaced. */
export async function inTime<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left--)
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || !/timeout|was silent|before its first renewal/.test(String(error))) throw error;
    }
}
