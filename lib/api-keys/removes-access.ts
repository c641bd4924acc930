import { db } from "../platform/db/db";
import { removesAddresses } from "../platform/ip-allowlist/removes-addresses";
import type { LockedKey } from "./lock-key";
import type { Change } from "./propagation/acknowledgements";
import { waitForPropagation } from "./propagation/propagation";

/**
 * Whether gateways may use a wider list than the new one after it is written: it removes an
 * address, or an earlier change did so and nobody has waited for that change to take effect.
 *
 * Attack: one window removes an address, and another window widens the list at once and reports
 * that the new list applies, while gateways still accept the removed address.
 */
export function removesAccess(key: LockedKey, after: readonly string[]): boolean {
  const accepted = key.status === "active" || key.deactivating;
  return accepted && (key.narrowing || removesAddresses(key.allowedIps, after));
}

/**
 * Waits until every gateway uses the key's list, and clears `narrowing` unless the list was
 * changed in the meantime. If it is not cleared, also because the process died or the write
 * failed, the next change waits as well.
 */
export async function waitForAccessRemoval(change: Change): Promise<void> {
  await waitForPropagation(change);
  const { keyId, xid } = change;
  await db()
    .$executeRaw`UPDATE api_keys SET narrowing = false WHERE id = ${keyId}::uuid AND narrowing AND changed_xid = ${xid}::xid8`.catch(
    (error: unknown) => console.warn("The end of a wait for narrower addresses was not noted:", error),
  );
}
