import { type Actor, record } from "../../audit/record";
import { afterChange } from "../../platform/db/busy";
import type { Tx } from "../../platform/db/db";
import { inConfirmedTransaction, syncCommit } from "../../platform/db/sync-commit";
import type { MerchantId } from "../../platform/ids";
import { accept, type Result, RollbackWith } from "../../platform/result";
import type { Propagation } from "../../words/propagation";
import { type LockedKey, lockKey } from "../lock-key";
import { announce, type Change } from "./acknowledgements";
import { waitForPropagation } from "./propagation";
import { saveReceipt } from "./save-receipt";
import { storedPropagation } from "./stored-propagation";

/**
 * `deactivatedAt` is null for a key that was never active, `propagation` if no event says how the
 * wait ended.
 */
export type StopResult = {
  number: number;
  deactivatedAt: string | null;
  refusedEverywhereAt: string;
  propagation: Propagation | null;
};

/** Who stops a key, or waits until it is stopped: a user, an operator or the worker. */
type Stopping = Actor & { merchantId: MerchantId };

/** A committed deactivation: when it was recorded, and the change that gateways acknowledge. */
export type StopCommitted = { id: string; since: string | null; change: Change };

/**
 * The second half of every stop. It waits, then records that no gateway accepts the key, and
 * returns when that COMMIT is confirmed as well, because the server may have stopped being the
 * primary in the meantime. A repeat waits again and returns the same result. The wait is for one
 * deactivation, identified by its time. If the key was activated in the meantime, the result says
 * so; if it was then deactivated again, the wait starts again. If the process dies during the
 * wait, the key stays "Deactivating" until a repeat or the worker has waited. After a take-over by
 * a request it is the worker that waits.
 *
 * @param committed when the first half's COMMIT was acknowledged, on the monotonic clock
 * @param began when the deactivation was made, if that was known later: the receipt counts from
 * then
 */
export async function finishStop(
  actor: Stopping,
  stopped: Result<StopCommitted | StopResult>,
  committed = performance.now(),
  began = committed,
): Promise<Result<StopResult>> {
  if (!stopped.ok) return stopped;
  const { value } = stopped;
  return "change" in value ? afterChange(() => waited(actor, value, committed, began)) : accept(value);
}

async function waited(
  actor: Stopping,
  stop: StopCommitted,
  committed: number,
  began = committed,
): Promise<Result<StopResult>> {
  const propagation = await waitForPropagation(stop.change, committed, began);
  const written = await saveReceipt(() => inConfirmedTransaction((tx) => write(tx, actor, stop, propagation)));
  if (!written.ok) return written;
  return "anew" in written.value ? waited(actor, written.value.anew, performance.now()) : accept(written.value);
}

async function write(
  tx: Tx,
  actor: Stopping,
  { id, since }: StopCommitted,
  propagation: Propagation,
): Promise<StopResult | { anew: StopCommitted }> {
  await syncCommit(tx);
  const key = await lockKey(tx, actor, id);
  if (key.status === "active") throw new RollbackWith(tx, { code: "key_already_active", number: key.number });
  if (key.refusedEverywhereAt !== null) return stopResult(tx, actor, key, key.refusedEverywhereAt);
  if (key.since !== since) return { anew: { id, since: key.since, change: await announce(tx, id) } };
  return stopResult(tx, actor, key, await markRefused(tx, actor, key, propagation));
}

/**
 * The result of a stop and of every repeat: when it was recorded, since when no gateway accepts
 * the key, and how the wait ended.
 */
export async function stopResult(
  tx: Tx,
  { merchantId }: Stopping,
  { id, number, since }: LockedKey,
  at: Date,
): Promise<StopResult> {
  const [event] = await tx.$queryRaw<{ data: unknown }[]>`
    SELECT data FROM audit_events
    WHERE merchant_id = ${merchantId}::uuid AND event = 'api_key.refused_everywhere' AND api_key_id = ${id}::uuid
    ORDER BY audit_events.id DESC LIMIT 1`;
  return {
    number,
    deactivatedAt: since && new Date(since).toISOString(),
    refusedEverywhereAt: at.toISOString(),
    propagation: since === null ? null : storedPropagation(event?.data),
  };
}

/**
 * Records that no gateway accepts a key, which this transaction has locked, from now on. A key
 * that was never active gets no event.
 */
export async function markRefused(tx: Tx, actor: Actor, key: LockedKey, propagation: Propagation): Promise<Date> {
  const { id, number, status, since } = key;
  const [row] = await tx.$queryRaw<{ at: Date }[]>`
    UPDATE api_keys SET refused_everywhere_at = clock_timestamp() WHERE id = ${id}::uuid RETURNING refused_everywhere_at AS at`;
  if (!row) throw new Error("A locked key is gone.");
  if (since)
    await record(tx, actor, "api_key.refused_everywhere", { apiKeyId: id, data: { number, status, ...propagation } });
  return row.at;
}
