import { DEACTIVATING, lockKey } from "../../api-keys/lock-key";
import { markRefused } from "../../api-keys/propagation/finish-stop";
import { db } from "../../platform/db/db";
import { inConfirmedTransaction, syncCommit } from "../../platform/db/sync-commit";
import type { MerchantId } from "../../platform/ids";
import { PROPAGATION_WAIT_MS } from "../../platform/lease";

type Waiting = { id: string; merchantId: MerchantId; since: string };
type Seen = { since: string; at: number };

/**
 * Finishes deactivations that no process waits for any more: the one that did has died, or there
 * was none.
 *
 * Promise: what this job records is as certain as after a normal wait. The worker has seen the
 * committed deactivation, and every lease that began before has ended since, by its own monotonic
 * clock. It trusts no time in the database.
 * @returns a job that remembers what it saw in its last round and returns how many it finished
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
    // A COMMIT that a standby confirms now also confirms the earlier ones. A deactivation that is
    // not confirmed is not finished here, because the list would then show it as done.
    if (over.length === 0 || !(await inConfirmedTransaction(syncCommit)).ok) return 0;
    let ended = 0;
    for (const key of over) if (await end(key)) ended++;
    return ended;
  };
}

/** Finishes exactly this deactivation, not a later one of the same key. @returns whether it did */
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
