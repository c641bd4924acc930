import type { Acting } from "../../access/member";
import { type Actor, record } from "../../audit/record";
import { afterChange } from "../../platform/db/busy";
import type { Tx } from "../../platform/db/db";
import { inConfirmedTransaction, syncCommit } from "../../platform/db/sync-commit";
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

/** A committed deactivation: when it was recorded, and the change that gateways acknowledge. */
export type StopCommitted = { id: string; since: string | null; change: Change };

/**
 * The second half of every stop. It waits, then records that no gateway accepts the key, and
 * returns when that COMMIT is confirmed as well, because the server may have stopped being the
 * primary in the meantime. A repeat waits again and returns the same result. The wait is for one
 * deactivation, identified by its time. If the key was activated in the meantime, the result says
 * so; if it was then deactivated again, the wait starts again. If the process dies during the
 * wait, the key stays "Deactivating" until a repeat or the worker has waited.
 *
 * @param committed when the first half's COMMIT was acknowledged, on the monotonic clock
 */
export async function finishStop(
  member: Acting,
  stopped: Result<StopCommitted | StopResult>,
  committed = performance.now(),
): Promise<Result<StopResult>> {
  if (!stopped.ok) return stopped;
  const { value } = stopped;
  return "change" in value ? afterChange(() => waited(member, value, committed)) : accept(value);
}

async function waited(member: Acting, stop: StopCommitted, committed: number): Promise<Result<StopResult>> {
  const propagation = await waitForPropagation(stop.change, committed);
  const written = await saveReceipt(() => inConfirmedTransaction((tx) => write(tx, member, stop, propagation)));
  if (!written.ok) return written;
  return "anew" in written.value ? waited(member, written.value.anew, performance.now()) : accept(written.value);
}

async function write(
  tx: Tx,
  member: Acting,
  { id, since }: StopCommitted,
  propagation: Propagation,
): Promise<StopResult | { anew: StopCommitted }> {
  await syncCommit(tx);
  const key = await lockKey(tx, member, id);
  if (key.status === "active") throw new RollbackWith({ code: "key_already_active", number: key.number });
  if (key.refusedEverywhereAt !== null) return stopResult(tx, member, key, key.refusedEverywhereAt);
  if (key.since !== since) return { anew: { id, since: key.since, change: await announce(tx, id) } };
  return stopResult(tx, member, key, await markRefused(tx, member, key, propagation));
}

/**
 * The result of a stop and of every repeat: when it was recorded, since when no gateway accepts
 * the key, and how the wait ended.
 */
export async function stopResult(
  tx: Tx,
  { merchantId }: Acting,
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
