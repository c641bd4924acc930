import { DEACTIVATING, lockKey } from "../../api-keys/lock-key";
import { markRefused } from "../../api-keys/propagation/wait";
import { db } from "../../platform/db/db";
import { inConfirmedTransaction, syncCommit } from "../../platform/db/sync-commit";
import { PROPAGATION_WAIT_MS } from "../../platform/lease";

type Waiting = { id: string; merchantId: string; since: string };
type Seen = { since: string; at: number };

/**
 * Ends the waits of deactivations that nobody waits for any more: the process that did has died, or there was none.
 *
 * Promise: what is written here is as true as where somebody waits. This worker saw the deactivation committed, and every lease that began before has run
 * out since, by this worker's own monotonic clock; no time in the database is believed.
 * @returns a job, which remembers what it saw in its last round, and answers how many it ended
 */
export function abandonedWaits(now = (): number => performance.now()): () => Promise<number> {
  let seen = new Map<string, Seen>();
  return async () => {
    const waiting = await db().$queryRaw<Waiting[]>`
      SELECT id, merchant_id AS "merchantId", deactivated_at::text AS since FROM api_keys WHERE ${DEACTIVATING} LIMIT 1000`;
    const at = now();
    const before = seen;
    const first = ({ id, since }: Waiting): Seen => {
      const known = before.get(id);
      return known?.since === since ? known : { since, at };
    };
    seen = new Map(waiting.map((key) => [key.id, first(key)]));
    const over = waiting.filter((key) => at - first(key).at >= PROPAGATION_WAIT_MS);
    // A COMMIT that a standby confirms now confirms those before it. What nobody confirms is not ended: the list would call it done.
    if (over.length === 0 || !(await inConfirmedTransaction(syncCommit)).ok) return 0;
    let ended = 0;
    for (const key of over) if (await end(key)) ended++;
    return ended;
  };
}

/** Whether this deactivation, and no later one of the same key, is ended now. */
async function end({ id, merchantId, since }: Waiting): Promise<boolean> {
  const actor = { kind: "system", merchantId } as const;
  const done = await inConfirmedTransaction(async (tx) => {
    await syncCommit(tx);
    const key = await lockKey(tx, actor, id);
    const same = key.deactivating && key.since === since;
    if (same) await markRefused(tx, actor, key, { endedBy: "time", gateways: [] });
    return same;
  });
  return done.ok && done.value;
}
