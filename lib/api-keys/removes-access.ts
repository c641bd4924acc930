import { db } from "../platform/db/db";
import { removesAddresses } from "../platform/ip-allowlist/narrows";
import type { LockedKey } from "./lock-key";
import type { Change } from "./propagation/acknowledgements";
import { waitForPropagation } from "./propagation/propagation";

/**
 * Whether gateways may go by a wider list than the new one once it is written: it takes an address
 * away, or an earlier change did so and nobody has waited that one out.
 *
 * Attack: an address is taken away, and the list is widened at once by another window, which says
 * that the new list holds while the address taken away is still let in.
 */
export function removesAccess(key: LockedKey, after: readonly string[]): boolean {
  const accepted = key.status === "active" || key.deactivating;
  return accepted && (key.narrowing || removesAddresses(key.allowedIps, after));
}

/**
 * Waits until every gateway goes by the key's list, and notes it, unless the list was changed in
 * the meantime: then its next change waits too. So it does where the process dies or the note is
 * not written.
 */
export async function awaitNarrowing(change: Change): Promise<void> {
  await waitForPropagation(change);
  const { keyId, xid } = change;
  await db()
    .$executeRaw`UPDATE api_keys SET narrowing = false WHERE id = ${keyId}::uuid AND narrowing AND changed_xid = ${xid}::xid8`.catch(
    (error: unknown) => console.warn("The end of a wait for narrower addresses was not noted:", error),
  );
}
