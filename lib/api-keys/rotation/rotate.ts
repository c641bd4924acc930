import { randomBytes } from "node:crypto";
import type { Member } from "../../access/member";
import { record } from "../../audit/record";
import { Prisma } from "../../generated/prisma/client";
import type { Proof } from "../../identity/second-factor/challenge";
import { actorOf, notifyOwners } from "../../mail/enqueue";
import { afterChange } from "../../platform/db/busy";
import { db, inTransaction, type Tx } from "../../platform/db/db";
import type { KeyId, Ticket } from "../../platform/ids";
import { accept, type Result, refuse } from "../../platform/result";
import { canonicalIps } from "../allowed-ips";
import { beginChange } from "../begin-change";
import { newKey } from "../key-pair";
import type { TakesOver } from "../lifecycle";
import { retryOnConflict } from "../one-active-key";
import { deliver, noLongerHeld, storeCopy } from "../reveal/reveal";
import { keyIdOf, type Parameters } from "../reveal/ticket";
import { sealedSecret } from "../sealed-secret";
import { sealingKey } from "../sealing/sealing-key";
import { endRotation } from "./end";

/**
 * Makes the pair that is to take over from a merchant's active key.
 *
 * Promise: the new key is on standby from the start, for seven days, and is the only one of the
 * merchant: one whose time is over is ended first. The active key is not touched. The secret is
 * made, sealed, copied for one dialog and recorded in one transaction. Like the secret of an
 * activation, it leaves the server only through lib/api-keys/reveal/reveal.
 * Attacks: many rotations at once (a unique index lets one through); a repeat after a lost reply
 * that makes a second pair (the key's id is derived from the ticket, so a repeat finds the key and
 * cannot insert it again).
 */
export type Rotation = { keyId: KeyId; allowedIps: string[]; takesOver: TakesOver; ticket: Ticket; code: string };
export type Rotated = { id: string; number: number; key: string; secret: string };

export async function rotateKey(member: Member, input: Rotation, proof: Proof): Promise<Result<Rotated>> {
  const ips = canonicalIps(input.allowedIps);
  if (!ips.ok) return ips;
  const parameters = parametersOf(member, input, ips.value);
  const made = await retryOnConflict(member, () => inTransaction((tx) => rotate(tx, member, input, parameters, proof)));
  if (!made.ok) return made;
  const delivered = await afterChange(() => delivery(member, input.ticket, parameters));
  if (delivered.ok && delivered.value) return accept(delivered.value);
  return refuse(noLongerHeld({ number: made.value.number, standby: true }));
}

/**
 * The result of a rotation that was already made but whose reply was lost; null if there is none.
 */
export async function repeatRotation(member: Member, input: Rotation): Promise<Result<Rotated> | null> {
  const ips = canonicalIps(input.allowedIps);
  const delivered = await delivery(
    member,
    input.ticket,
    parametersOf(member, input, ips.ok ? ips.value : input.allowedIps),
  );
  return delivered.ok ? delivered.value && accept(delivered.value) : delivered;
}

function parametersOf({ merchantId, userId, sessionId }: Member, rotation: Rotation, allowedIps: string[]): Parameters {
  const { keyId, takesOver, ticket, code } = rotation;
  return {
    keyId: keyIdOf(ticket),
    merchantId,
    userId,
    sessionId,
    allowedIps,
    code,
    further: [keyId.toLowerCase(), takesOver],
  };
}

async function rotate(
  tx: Tx,
  member: Member,
  { keyId, takesOver, ticket }: Rotation,
  parameters: Parameters,
  proof: Proof,
) {
  const { key: old } = await beginChange(tx, member, keyId, "rotate", proof);
  await endRotation(tx, Prisma.sql`merchant_id = ${member.merchantId}::uuid`);
  const { keyId: id, allowedIps } = parameters;
  const { secret, stored } = sealedSecret(parameters, await sealingKey(tx));
  const [made] = await tx.$queryRaw<{ number: number; until: Date }[]>`
    INSERT INTO api_keys (id, merchant_id, key, status, takes_over, allowed_ips, generated_by, sealed_secret, key_version, fingerprint, secret_check)
    VALUES (${id}::uuid, ${member.merchantId}::uuid, ${newKey(randomBytes)}, 'standby', ${takesOver}::"TakesOver", ${allowedIps}, ${member.userId}::uuid,
      ${stored.sealed}, ${stored.keyVersion}, ${stored.fingerprint}, ${stored.check})
    RETURNING number, standby_until AS until`;
  if (!made) throw new Error("A key that was inserted is not there.");
  await storeCopy(tx, ticket, parameters, secret);
  const about = { number: made.number, replaces: old.number, takesOver, allowedIps, until: made.until.toISOString() };
  await record(tx, member, "api_key.rotation_started", { apiKeyId: id, data: about });
  await notifyOwners(tx, actorOf(member), "key_rotation_started", about);
  return { number: made.number };
}

/** `deliver` counts and records each delivery. */
async function delivery(member: Member, ticket: Ticket, parameters: Parameters): Promise<Result<Rotated | null>> {
  const delivered = await deliver(member, ticket, parameters);
  if (!delivered.ok || !delivered.value) return delivered.ok ? accept(null) : delivered;
  const { keyId: id, merchantId } = parameters;
  const made = await db().apiKey.findFirst({ where: { id, merchantId }, select: { key: true } });
  return accept(made && { id, key: made.key, ...delivered.value });
}
