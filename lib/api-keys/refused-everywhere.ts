import type { Acting } from "../access/member";
import { type Actor, record } from "../audit/record";
import { confirmed, durably } from "../confirmed";
import type { Tx } from "../db";
import { pauseUntil } from "../pause-until";
import { accept, Refused, type Result } from "../result";
import { type LockedKey, lockKey } from "./locked-key";

/**
 * Deactivation is a promise: when it is answered, no gateway accepts the key.
 *
 * A gateway answers from a lease of 1,000 ms that began before its last renewal was sent. A renewal sent after the COMMIT names the key, and one
 * sent before it has lost its lease 1,000 ms later; the rest is room for the two machines' clocks to run at unequal speed.
 * Attack: a key in other hands that is used once more after its Owner was told it is dead. Measured on the monotonic clock, from the moment
 * COMMIT was acknowledged without a warning: a wall clock can be set back, and a timer may fire early.
 */
export const LEASES_RUN_OUT_MS = 1_200;

/** `deactivatedAt` is null for a key that was never active. */
export type Refusing = { number: number; deactivatedAt: string | null; refusedEverywhereAt: string };

/** Waits until every lease that began before now has ended. */
export const leasesRunOut = (): Promise<void> => pauseUntil(performance.now() + LEASES_RUN_OUT_MS);

/**
 * Waits, then writes down that no gateway accepts the key, and answers once that is confirmed too: what was the only server may not have been it any more.
 * A repeat waits again and answers the same. The wait is for one deactivation, named by its time: if the key was activated in the meantime that is said
 * instead, and if it was then deactivated anew, the wait is too. A process that dies in the wait leaves the time empty: the key counts as "Deactivating"
 * until a repeat or the worker has waited.
 */
export async function refusedEverywhere(member: Acting, { id, since }: { id: string; since: string | null }): Promise<Result<Refusing>> {
  await leasesRunOut();
  const written = await confirmed((tx) => write(tx, member, id, since));
  if (!written.ok) return written;
  return "anew" in written.value ? refusedEverywhere(member, { id, since: written.value.anew }) : accept(written.value);
}

async function write(tx: Tx, member: Acting, id: string, since: string | null): Promise<Refusing | { anew: string | null }> {
  await durably(tx);
  const key = await lockKey(tx, member, id);
  if (key.status === "active") throw new Refused({ code: "key_already_active", number: key.number });
  if (key.refusedEverywhereAt === null && key.since !== since) return { anew: key.since };
  const at = key.refusedEverywhereAt ?? (await markRefused(tx, member, key));
  return refusing(key, at);
}

/** What a stop answers: when it was recorded, and from when on no gateway accepts the key. */
export const refusing = ({ number, since }: Pick<LockedKey, "number" | "since">, at: Date): Refusing => ({
  number,
  deactivatedAt: since && new Date(since).toISOString(),
  refusedEverywhereAt: at.toISOString(),
});

/** Writes the time from which no gateway accepts a key that this transaction has locked. Of a key that was never active there is nothing to tell. */
export async function markRefused(tx: Tx, actor: Actor, { id, number, status, since }: LockedKey): Promise<Date> {
  const [row] = await tx.$queryRaw<{ at: Date }[]>`
    UPDATE api_keys SET refused_everywhere_at = clock_timestamp() WHERE id = ${id}::uuid RETURNING refused_everywhere_at AS at`;
  if (!row) throw new Error("A locked key is gone.");
  if (since) await record(tx, actor, "api_key.refused_everywhere", { apiKeyId: id, data: { number, status } });
  return row.at;
}
