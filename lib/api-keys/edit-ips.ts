import type { Member } from "../access/member";
import { record } from "../audit/record";
import type { Proof } from "../identity/second-factor/challenge";
import { actorOf, notifyOwners } from "../mail/enqueue";
import type { Tx } from "../platform/db/db";
import { inConfirmedTransaction } from "../platform/db/sync-commit";
import { accept, type Result } from "../platform/result";
import { canonicalIps } from "./allowed-ips";
import { beginChange } from "./begin-change";
import type { LockedKey } from "./lock-key";
import { announce } from "./propagation/acknowledgements";
import { awaitNarrowing, removesAccess } from "./removes-access";

type Edit = { keyId: string; allowedIps: string[] };

/**
 * Changes a key's allowlist. If gateways may still use a wider list, this returns only when none
 * of them does. A repeat, which finds the list unchanged, waits as well. A change that only adds
 * addresses does not wait.
 */
export async function editIps(member: Member, { keyId, allowedIps }: Edit, proof: Proof): Promise<Result<{ number: number }>> {
  const ips = canonicalIps(allowedIps);
  if (!ips.ok) return ips;
  const after = ips.value;
  const edited = await inConfirmedTransaction(async (tx) => {
    const { key } = await beginChange(tx, member, keyId, "edit-ips", proof);
    const same = sameAddresses(key.allowedIps, after);
    const wider = removesAccess(key, after);
    if (!same) await writeIps(tx, member, key, after, wider);
    const repeats = same && (key.status === "active" || key.deactivating);
    return { number: key.number, change: wider || repeats ? await announce(tx, key.id) : null };
  });
  if (!edited.ok) return edited;
  const { number, change } = edited.value;
  if (change) await awaitNarrowing(change);
  return accept({ number });
}

async function writeIps(
  tx: Tx,
  member: Member,
  { id, number, status, allowedIps }: LockedKey,
  after: string[],
  narrowing: boolean,
): Promise<void> {
  await tx.$executeRaw`UPDATE api_keys SET allowed_ips = ${after}, narrowing = ${narrowing} WHERE id = ${id}::uuid`;
  await record(tx, member, "api_key.ips_changed", { apiKeyId: id, data: { number, status, before: allowedIps, after } });
  await notifyOwners(tx, actorOf(member), "key_ips_changed", { number, before: allowedIps, after });
}

const sameAddresses = (before: string[], after: string[]): boolean =>
  before.length === after.length && before.every((ip, index) => ip === after[index]);
