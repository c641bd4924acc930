import type { Member } from "../../access/member";
import type { Proof } from "../../identity/second-factor/challenge";
import type { Tx } from "../../platform/db/db";
import { inConfirmedTransaction } from "../../platform/db/sync-commit";
import type { KeyId } from "../../platform/ids";
import { accept, type Result, RollbackWith } from "../../platform/result";
import { beginChange } from "../begin-change";
import { retryOnConflict } from "../one-active-key";
import { announce } from "../propagation/acknowledgements";
import { finishStop, type StopCommitted, type StopResult } from "../propagation/finish-stop";

/** `replaced`: the key that was active before; null if there was none. */
export type TakenOver = { number: number; replaced: StopResult | null };

/**
 * An Owner's "Take over now". The database function `take_over` makes the swap, as it does for
 * gateways. The second factor is consumed in the same transaction. All gateways accept the new key
 * from the COMMIT on; this returns when none accepts the old key. A repeat finds the swap made.
 */
export async function takeOver(member: Member, { keyId }: { keyId: KeyId }, proof: Proof): Promise<Result<TakenOver>> {
  const swapped = await retryOnConflict(member, () =>
    inConfirmedTransaction(async (tx) => {
      const { key, isDone } = await beginChange(tx, member, keyId, "take-over", proof);
      return {
        number: key.number,
        replaced: isDone ? await replacedBy(tx, member, key.id) : await swap(tx, member, key.id),
      };
    }),
  );
  if (!swapped.ok) return swapped;
  const { number, replaced } = swapped.value;
  if (!replaced) return accept({ number, replaced: null });
  const refused = await finishStop(member, accept(replaced));
  return refused.ok ? accept({ number, replaced: refused.value }) : refused;
}

type Swap = { outcome: string; number: number; oldId: string | null };

/**
 * Makes the swap in the transaction of an operation that has locked the key and checked its state.
 *
 * @returns the old key, which gateways may still accept; null if there was none
 */
async function swap(tx: Tx, member: Member, keyId: KeyId): Promise<StopCommitted | null> {
  const done = await askForSwap(tx, member, keyId);
  if (done.outcome === "expired") throw new RollbackWith(tx, { code: "rotation_over", number: done.number });
  if (done.outcome !== "taken") throw new RollbackWith(tx, { code: "key_not_on_standby", number: done.number });
  return done.oldId === null ? null : stopOf(tx, done.oldId);
}

/** Changes nothing if the key does not wait any more. @throws RollbackWith `busy` */
export async function swapIfInTime(tx: Tx, member: Member, keyId: KeyId): Promise<void> {
  await askForSwap(tx, member, keyId);
}

async function askForSwap(tx: Tx, member: Member, keyId: KeyId): Promise<Swap> {
  const { merchantId, userId, sessionId, email, proof, address } = member;
  const actor = JSON.stringify({ merchantId, userId, sessionId, email, proof });
  const [done] = await tx.$queryRaw<Swap[]>`
    SELECT outcome, new_number AS number, old_id AS "oldId" FROM take_over(${keyId}::uuid, 'owner', ${actor}::jsonb, ${address})`;
  if (!done) throw new Error("take_over returned no row");
  if (done.outcome === "busy") throw new RollbackWith(tx, { code: "busy" });
  return done;
}

/**
 * The key that this one replaced, while gateways may still accept it. It is not locked here: it
 * may come before the locked ones, and the end of the wait locks it and checks it again.
 */
async function replacedBy(tx: Tx, { merchantId }: Member, keyId: KeyId): Promise<StopCommitted | null> {
  const [old] = await tx.$queryRaw<{ id: string }[]>`
    SELECT k.id FROM audit_events e JOIN api_keys k ON k.id::text = e.data->>'replacedId'
    WHERE e.api_key_id = ${keyId}::uuid AND e.event = 'api_key.took_over' AND k.merchant_id = ${merchantId}::uuid
      AND k.status IN ('inactive', 'retired') AND k.refused_everywhere_at IS NULL`;
  return old ? stopOf(tx, old.id) : null;
}

async function stopOf(tx: Tx, id: string): Promise<StopCommitted> {
  const change = await announce(tx, id);
  return { id, since: change.since, change };
}
