import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { deactivateKey } from "@/lib/api-keys/deactivate";
import { acknowledgementsOf, type Change } from "@/lib/api-keys/propagation/acknowledgements";
import type { Propagation } from "@/lib/words/propagation";
import { freshProof, ownerWithActiveKey, unwrap } from "../people/api-keys";
import { asOwner } from "../people/owner";
import { insertKey, setStatus } from "./gateway-keys";
import { retryWithoutLease } from "./lease-retries";

/**
 * The row of a gateway that never acknowledges anything, until the test ends. `opens`: the digests
 * of the keys that it claims to open.
 */
export async function silentGateway(
  name = "silent",
  opens: Buffer[] | null = null,
): Promise<{ id: string; remove(): Promise<void> }> {
  const id = randomUUID() as string;
  await asOwner("INSERT INTO gateways (id, name, version, started, opens) VALUES ($1, $2, '0', now(), $3)", [
    id,
    name,
    opens,
  ]);
  const remove = async () => void (await asOwner("DELETE FROM gateways WHERE id = $1", [id]));
  onTestFinished(remove);
  return { id, remove };
}

/**
 * A committed change that a deactivation would wait for, without a notification to the gateways.
 */
export async function deactivatedWithoutNotice(): Promise<Change> {
  const { id } = await insertKey();
  await setStatus({ id }, "inactive");
  return changeOf(id);
}

async function changeOf(id: string): Promise<Change> {
  const [change] = await asOwner<Change>(
    `SELECT id AS "keyId", changed_xid::text AS xid, status::text AS status, allowed_ips AS "allowedIps", deactivated_at::text AS since
     FROM api_keys WHERE id = $1`,
    [id],
  );
  if (!change) throw new Error("there is no such key");
  return change;
}

/** A key of a new Owner, deactivated as the dialog does it. */
export async function deactivatedKey() {
  const { owner, key } = await ownerWithActiveKey();
  return {
    id: key.id,
    ...unwrap(await deactivateKey(owner.member, { keyId: key.id, reason: "rotating" }, freshProof(owner))),
  };
}

/** Whether every gateway has acknowledged the change, by the query that a wait uses. */
export const isAcknowledged = async (change: Change) =>
  (await acknowledgementsOf(change))?.every(({ given }) => given) ?? false;

const MAX_WAITS = 20;

/**
 * Repeats a wait that ended by its time limit because a gateway got no processor time. Throws if
 * every wait ends that way.
 */
export async function retryUntilAcknowledged<T extends { propagation: Propagation | null }>(
  wait: () => Promise<T>,
): Promise<T> {
  const byTime = ({ propagation }: T) => propagation?.endedBy !== "gateways";
  const ended = await retryWithoutLease(wait, byTime, MAX_WAITS);
  if (byTime(ended)) throw new Error(`every wait ended by time, the last with ${JSON.stringify(ended.propagation)}`);
  return ended;
}
