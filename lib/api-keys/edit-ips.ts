import type { Member } from "../access/member";
import { record } from "../audit/record";
import { authorize } from "../authorize";
import { confirmed, durably } from "../confirmed";
import type { Tx } from "../db";
import { narrows } from "../ip-allowlist/narrows";
import { actOf, notifyOwners } from "../notifications/outbox";
import { accept, Refused, type Result } from "../result";
import type { Proof } from "../two-factor/challenge";
import { announce } from "./acknowledgements";
import { canonicalIps } from "./allowed-ips";
import { judge } from "./lifecycle";
import { type LockedKey, lockKey } from "./locked-key";
import { waitForPropagation } from "./propagation";

type Edit = { keyId: string; allowedIps: string[] };

/**
 * Changes the addresses a key may be used from. Where an address is taken away from a key that gateways may still accept, the answer waits until
 * none of them goes by the old list; so does a repeat, which finds the list as it wants it. A wider list waits for nothing.
 */
export async function editIps(member: Member, { keyId, allowedIps }: Edit, proof: Proof): Promise<Result<{ number: number }>> {
  const ips = canonicalIps(allowedIps);
  if (!ips.ok) return ips;
  const after = ips.value;
  const edited = await confirmed(async (tx) => {
    await authorize(tx, member, proof);
    await durably(tx);
    const key = await lockKey(tx, member, keyId);
    const verdict = judge("edit-ips", key);
    if (typeof verdict === "object") throw new Refused(verdict);
    const same = sameAddresses(key.allowedIps, after);
    if (!same) await writeIps(tx, member, key, after);
    const accepted = key.status === "active" || key.deactivating;
    const waits = accepted && (same || narrows(key.allowedIps, after));
    return { number: key.number, change: waits ? await announce(tx, key.id) : null };
  });
  if (!edited.ok) return edited;
  const { number, change } = edited.value;
  if (change) await waitForPropagation(change);
  return accept({ number });
}

async function writeIps(tx: Tx, member: Member, { id, number, status, allowedIps }: LockedKey, after: string[]): Promise<void> {
  await tx.$executeRaw`UPDATE api_keys SET allowed_ips = ${after} WHERE id = ${id}::uuid`;
  await record(tx, member, "api_key.ips_changed", { apiKeyId: id, data: { number, status, before: allowedIps, after } });
  await notifyOwners(tx, actOf(member), "key_ips_changed", { number, before: allowedIps, after });
}

const sameAddresses = (before: string[], after: string[]): boolean =>
  before.length === after.length && before.every((ip, index) => ip === after[index]);
