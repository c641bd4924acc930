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
