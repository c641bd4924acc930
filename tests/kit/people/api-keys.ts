import { randomBytes } from "node:crypto";
import { runMemberAction } from "@/lib/actions/member-action";
import { type Activation, activateKey } from "@/lib/api-keys/activate";
import { generateKey } from "@/lib/api-keys/generate";
import type { DeactivationReason } from "@/lib/api-keys/lifecycle";
import { deactivation } from "@/lib/api-keys/operations";
import { type Rotated, type Rotation, rotateKey } from "@/lib/api-keys/rotation/rotate";
import { type Proof, verifyTotp } from "@/lib/identity/second-factor/challenge";
import { parseOpeningKeys } from "@/lib/platform/crypto/key-ring";
import { openSecret } from "@/lib/platform/crypto/open";
import { db } from "@/lib/platform/db/db";
import type { Result } from "@/lib/platform/result";
import { retryWhileBusy } from "../retry-while-busy";
import { restoreKeys } from "./key-changes";
import { asOwner } from "./owner";
import { makeOwner, type Owner } from "./people";
import { mintSession, validRequestInfo } from "./session";
import { wrongCodeOf } from "./totp";

export type KeyOfOwner = { id: string; number: number; secret: string; ticket: string };

let step = 1_000;

/** An unused proof, as verifying a right code returns it. */
export const freshProof = ({ userId }: { userId: string }): Proof => ({ kind: "totp", userId, step: ++step });

export const newTicket = () => randomBytes(32).toString("base64url");

export const activationOf = (keyId: string, wishes: Partial<Activation> = {}): Activation => ({
  keyId,
  allowedIps: [],
  ticket: newTicket(),
  code: "123456",
  ...wishes,
});

export async function generated(owner: Owner): Promise<{ id: string; number: number }> {
  return unwrap(await retryWhileBusy(() => generateKey(owner.member, freshProof(owner))));
}

/** A key of the owner's merchant, activated for the first time. */
export async function activated(owner: Owner, wishes: Partial<Activation> = {}): Promise<KeyOfOwner> {
  const { id } = await generated(owner);
  const input = activationOf(id, wishes);
  const { number, secret } = unwrap(await retryWhileBusy(() => activateKey(owner.member, input, freshProof(owner))));
  if (secret === null) throw new Error("a first activation gave no secret");
  return { id, number, secret, ticket: input.ticket };
}

export const rotationOf = (keyId: string, wishes: Partial<Rotation> = {}): Rotation => ({
  keyId,
  allowedIps: [],
  takesOver: "first_request",
  ticket: newTicket(),
  code: "123456",
  ...wishes,
});

/** A pair on standby, made for the owner's active key. */
export async function rotated(
  owner: Owner,
  keyId: string,
  wishes: Partial<Rotation> = {},
): Promise<Rotated & { ticket: string }> {
  const input = rotationOf(keyId, wishes);
  return {
    ...unwrap(await retryWhileBusy(() => rotateKey(owner.member, input, freshProof(owner)))),
    ticket: input.ticket,
  };
}

/**
 * Moves the end of a rotation into the past, as only a superuser who switches the triggers off
 * can.
 */
export async function rotationOver(keyId: string): Promise<void> {
  await restoreKeys("UPDATE api_keys SET standby_until = now() - interval '1 second' WHERE id = $1", [keyId]);
}

/** The Owner of a new merchant, with an active key. */
export async function ownerWithActiveKey(): Promise<{ owner: Owner; key: KeyOfOwner }> {
  const owner = await makeOwner();
  return { owner, key: await activated(owner) };
}

/** As the dialog does it while 2FA codes are locked: through the wrapper, with the password. */
export async function deactivatedWithPassword(owner: Owner, keyId: string, reason: DeactivationReason): Promise<void> {
  for (let n = 0; n < 5; n++) await verifyTotp(owner.userId, "step_up", wrongCodeOf(owner));
  const request = { merchantId: owner.merchantId, keyId, reason, password: owner.password };
  unwrap(await runMemberAction(deactivation, request, validRequestInfo(await mintSession(owner))));
}

export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
}

/** A key's row, as far as the role `app` may read it. */
export async function storedKey(id: string) {
  return db().apiKey.findUniqueOrThrow({ where: { id }, omit: { sealedSecret: true, secretCheck: true } });
}

/** The events of a key, oldest first. */
export async function eventsOf(apiKeyId: string): Promise<string[]> {
  const events = await db().auditEvent.findMany({
    where: { apiKeyId },
    orderBy: { id: "asc" },
    select: { event: true },
  });
  return events.map(({ event }) => event);
}

/** Runs SQL as the database's owner: for what the role `app` may not see or do. */
export async function asDatabaseOwner(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return asOwner(sql, values);
}

/** Moves a write-once time, as only a superuser who disables the triggers can. */
export async function moveFirstActivation(keyId: string, interval: string): Promise<void> {
  await restoreKeys("UPDATE api_keys SET first_activated_at = first_activated_at + $2::interval WHERE id = $1", [
    keyId,
    interval,
  ]);
}

/** The secret of a key, opened as the gateway opens it. */
export async function openedSecret(keyId: string): Promise<string> {
  const [row] = await asDatabaseOwner("SELECT sealed_secret, key_version, merchant_id FROM api_keys WHERE id = $1", [
    keyId,
  ]);
  const { sealed_secret, key_version, merchant_id } = row as {
    sealed_secret: Buffer;
    key_version: number;
    merchant_id: string;
  };
  const sealed = { sealed: new Uint8Array(sealed_secret), keyVersion: key_version, keyId, merchantId: merchant_id };
  const key = await openSecret(sealed, parseOpeningKeys(process.env.SEALING_PRIVATE_KEYS ?? ""));
  return key.export().toString("ascii");
}
