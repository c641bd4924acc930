import type { Member } from "../access/member";
import { record } from "../audit/record";
import type { Proof } from "../identity/second-factor/challenge";
import { actorOf, notifyOwners } from "../mail/enqueue";
import type { Tx } from "../platform/db/db";
import { inConfirmedTransaction } from "../platform/db/sync-commit";
import type { KeyId } from "../platform/ids";
import { removesAddresses } from "../platform/ip-allowlist/removes-addresses";
import { accept, type Result, RollbackWith, refuse } from "../platform/result";
import { canonicalIps } from "./allowed-ips";
import { beginChange } from "./begin-change";
import type { LockedKey } from "./lock-key";
import { announce } from "./propagation/acknowledgements";
import { removesAccess, waitForAccessRemoval } from "./removes-access";

/** The whole new list, or one address to add to the current list. */
export type Edit = { keyId: KeyId } & ({ allowedIps: string[] } | { alsoFrom: string });

/**
 * Changes a key's allowlist. If gateways may still use a wider list, this returns only when none
 * of them does. A repeat, which finds the list unchanged, waits as well. A change that only adds
 * addresses does not wait.
 */
export async function editIps(member: Member, edit: Edit, proof: Proof): Promise<Result<{ number: number }>> {
  const ips = canonicalIps("alsoFrom" in edit ? [edit.alsoFrom] : edit.allowedIps);
  if (!ips.ok) return ips;
  if ("alsoFrom" in edit && ips.value.length !== 1) return refuse({ code: "ip_malformed", entry: edit.alsoFrom });
  const edited = await inConfirmedTransaction(async (tx) => {
    const { key } = await beginChange(tx, member, edit.keyId, "edit-ips", proof);
    const after = "alsoFrom" in edit ? withAddress(tx, key, ips.value) : ips.value;
    const same = sameAddresses(key.allowedIps, after);
    const wider = removesAccess(key, after);
    if (!same) await writeIps(tx, member, key, after, wider);
    const repeats = same && (key.status === "active" || key.deactivating);
    return { number: key.number, change: wider || repeats ? await announce(tx, key.id) : null };
  });
  if (!edited.ok) return edited;
  const { number, change } = edited.value;
  if (change) await waitForAccessRemoval(change);
  return accept({ number });
}

/**
 * Added to the list as it is under the key's lock: a page that was read before another Owner took
 * an address away does not bring that address back. A list that allows any address stays empty.
 */
function withAddress(tx: Tx, { allowedIps }: LockedKey, added: string[]): string[] {
  if (!removesAddresses(added, allowedIps)) return allowedIps;
  const ips = canonicalIps([...allowedIps, ...added]);
  if (!ips.ok) throw new RollbackWith(tx, ips.refusal);
  return ips.value;
}

async function writeIps(
  tx: Tx,
  member: Member,
  { id, number, status, allowedIps }: LockedKey,
  after: string[],
  narrowing: boolean,
): Promise<void> {
  await tx.$executeRaw`UPDATE api_keys SET allowed_ips = ${after}, narrowing = ${narrowing} WHERE id = ${id}::uuid`;
  await record(tx, member, "api_key.ips_changed", {
    apiKeyId: id,
    data: { number, status, before: allowedIps, after },
  });
  await notifyOwners(tx, actorOf(member), "key_ips_changed", { number, before: allowedIps, after });
}

const sameAddresses = (before: string[], after: string[]): boolean =>
  before.length === after.length && before.every((ip, index) => ip === after[index]);
