import { DEACTIVATING, lockKey } from "../../api-keys/lock-key";
import { announce } from "../../api-keys/propagation/acknowledgements";
import { finishStop, markRefused } from "../../api-keys/propagation/finish-stop";
import { db } from "../../platform/db/db";
import { inConfirmedTransaction, syncCommit } from "../../platform/db/sync-commit";
import type { KeyId, MerchantId } from "../../platform/ids";
import { PROPAGATION_WAIT_MS } from "../../platform/lease";

/** `byRequest`: a request signed with a new pair replaced the key, so no process ever waited. */
type Waiting = { id: KeyId; merchantId: MerchantId; since: string; byRequest: boolean };
type Seen = { since: string; at: number };

/** How many are waited for at once. Others are finished by time in a later round. */
const AT_ONCE = 20;

/**
 * Finishes deactivations that no process waits for: those of take-overs by a request, for which it
 * waits as a dialog does, and those whose waiting process died, which it finishes by time.
 *
 * Promise: what this job records is as certain as after a normal wait. The worker has seen the
 * committed deactivation, and since then every gateway has acknowledged it, or every lease that
 * began before has ended by the worker's own monotonic clock. It trusts no time in the database.
 * @returns a job that remembers what it saw in its last round and returns how many it finished
 */
export function finishDeactivations(now = (): number => performance.now()): () => Promise<number> {
  let seen = new Map<string, Seen>();
  return async () => {
    const waiting = await db().$queryRaw<Waiting[]>`
      SELECT id, merchant_id AS "merchantId", deactivated_at::text AS since,
        (deactivated_by IS NULL AND deactivation_reason = 'rotated') IS TRUE AS "byRequest"
      FROM api_keys WHERE ${DEACTIVATING} LIMIT 1000`;
    const at = now();
    const before = seen;
    const first = ({ id, since }: Waiting): Seen => {
      const known = before.get(id);
      return known?.since === since ? known : { since, at };
    };
    seen = new Map(waiting.map((key) => [key.id, first(key)]));
    const over = waiting.filter((key) => at - first(key).at >= PROPAGATION_WAIT_MS);
    const fresh = waiting.filter((key) => key.byRequest && !over.includes(key)).slice(0, AT_ONCE);
    // A COMMIT that a standby confirms now also confirms the earlier ones. A deactivation that is
    // not confirmed is not finished here, because the list would then show it as done.
    if (over.length + fresh.length === 0 || !(await inConfirmedTransaction(syncCommit)).ok) return 0;
    let ended = 0;
    for (const key of over) if (await end(key)) ended++;
    return ended + (await Promise.all(fresh.map(wait))).filter((done) => done).length;
  };
}

/**
 * Waits for the gateways as the process of a deactivation does. @returns whether the key is refused
 * by all of them
 */
async function wait({ id, merchantId }: Waiting): Promise<boolean> {
  let began = performance.now();
  const stopped = await inConfirmedTransaction(async (tx) => {
    await syncCommit(tx);
    const [row] = await tx.$queryRaw<{ ago: number }[]>`
      SELECT extract(epoch FROM clock_timestamp() - deactivated_at)::float8 * 1000 AS ago FROM api_keys WHERE id = ${id}::uuid`;
    began = performance.now() - Math.max(row?.ago ?? 0, 0);
    const change = await announce(tx, id);
    return { id, since: change.since, change };
  });
  const done = await finishStop({ kind: "system", merchantId }, stopped, performance.now(), began);
  return done.ok;
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
