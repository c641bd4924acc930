import { setTimeout as sleep } from "node:timers/promises";
import { recordChanges } from "../people/key-changes";
import { asOwner, onOwnConnection } from "../people/owner";

/**
 * Runs a statement in a transaction of the database's owner and `meanwhile` while it is open, then
 * ends the transaction with `end`. Unlike a transaction of the role `app`, it has no timeout, so
 * it stays open however slow the machine is.
 */
export async function inOpenTransaction(
  [sql, values]: [sql: string, values: unknown[]],
  end: "COMMIT" | "ROLLBACK",
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  await onOwnConnection(async (client) => {
    await client.query("BEGIN");
    await client.query(sql, values);
    await meanwhile();
    if (end === "COMMIT") await recordChanges(client);
    await client.query(end);
  });
}

const WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

/** Waits until as many sessions of this worker's database wait for a lock. */
export async function untilWaitingForLock(count = 1): Promise<void> {
  for (const until = performance.now() + 60_000; (await asOwner(WAITING)).length < count; await sleep(10))
    if (performance.now() > until) throw new Error(`Fewer than ${count} wait for a lock.`);
}

type Statement = [sql: string, values: unknown[]];

/**
 * Runs two operations around a change of a row that both lock. `early` looks for its rows before
 * the change is committed, and gets the changed row after it. `late` looks for its rows after the
 * change, and asks for the changed row after `early` did, but for its other rows before.
 */
export async function aroundChange<E, L>(
  change: Statement,
  row: Statement,
  early: () => Promise<E>,
  late: () => Promise<L>,
): Promise<[E, L]> {
  let both: Promise<[E, L]> | undefined;
  await onOwnConnection(async (next) => {
    await next.query("BEGIN");
    let first: Promise<E> | undefined;
    let held: Promise<unknown> | undefined;
    await inOpenTransaction(change, "COMMIT", async () => {
      held = next.query(...row);
      await untilWaitingForLock();
      first = early();
      await untilWaitingForLock(2);
    });
    await held;
    both = Promise.all([first as Promise<E>, late()]);
    await untilWaitingForLock(2);
    await next.query("ROLLBACK");
  });
  return both as Promise<[E, L]>;
}
