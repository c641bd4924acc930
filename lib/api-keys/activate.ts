import type { Member } from "../access/member";
import { record } from "../audit/record";
import { Prisma } from "../generated/prisma/client";
import type { Proof } from "../identity/second-factor/challenge";
import { actorOf, notifyOwners } from "../mail/enqueue";
import type { VersionedKey } from "../platform/crypto/key-ring";
import type { Secret } from "../platform/crypto/secret";
import { afterChange } from "../platform/db/busy";
import { db, inTransaction, type Tx } from "../platform/db/db";
import { isConfirmed } from "../platform/db/sync-commit";
import type { KeyId, Ticket } from "../platform/ids";
import { accept, type Result, RollbackWith, refuse } from "../platform/result";
import type { RefusalCode } from "../words/refusals/refusals";
import { canonicalIps } from "./allowed-ips";
import { beginChange } from "./begin-change";
import { DEACTIVATING } from "./lock-key";
import { retryOnConflict } from "./one-active-key";
import { announce } from "./propagation/acknowledgements";
import { removesAccess, waitForAccessRemoval } from "./removes-access";
import { deliver, storeCopy } from "./reveal/reveal";
import type { Parameters } from "./reveal/ticket";
import { sealedSecret } from "./sealed-secret";
import { sealingKey } from "./sealing/sealing-key";

/**
 * Makes a key the merchant's active one.
 *
 * Promise: at most one key of a merchant is active. The first activation creates the secret. One
 * transaction makes it, seals it for the gateway, stores a copy for one dialog and records the
 * event, or does none of these. A later activation shows no secret.
 * Attack: many activations at once, each of which finds that no key is active. So no code checks
 * first: all of them write, and the partial unique index lets one through
 * (lib/api-keys/one-active-key tells the others which key won). ASVS 5.0 2.3.3, 2.3.4, 15.4.2.
 */
export type Activation = { keyId: KeyId; allowedIps: string[]; ticket: Ticket; code: string };
export type Activated = { number: number; secret: string | null };

export async function activateKey(member: Member, input: Activation, proof: Proof): Promise<Result<Activated>> {
  const ips = canonicalIps(input.allowedIps);
  if (!ips.ok) return ips;
  const parameters = parametersOf(member, input, ips.value);
  const activated = await retryOnConflict(member, () =>
    inTransaction((tx) => activate(tx, member, input.ticket, parameters, proof)),
  );
  if (!activated.ok) return activated;
  const { number, first, narrower, isCertain } = activated.value;
  if (narrower && !isCertain()) return refuse({ code: "not_confirmed" });
  if (narrower) await waitForAccessRemoval(narrower);
  if (!first) return accept({ number, secret: null });
  const delivered = await afterChange(() => deliver(member, input.ticket, parameters));
  if (!delivered.ok)
    return ACCESS_TAKEN.includes(delivered.refusal.code)
      ? refuse({ code: "secret_no_longer_held", number })
      : delivered;
  return delivered.value ? accept(delivered.value) : refuse({ code: "secret_no_longer_held", number });
}

/** Refusals after the activation was committed. "Nothing was changed" would be wrong for them. */
const ACCESS_TAKEN: RefusalCode[] = ["not_found", "logged_out"];

/**
 * Repeats the result of an activation whose response was lost; null if there was no such
 * activation. Called before the code is verified.
 */
export async function repeatActivation(member: Member, input: Activation): Promise<Result<Activated> | null> {
  const ips = canonicalIps(input.allowedIps);
  const parameters = parametersOf(member, input, ips.ok ? ips.value : input.allowedIps);
  const delivered = await deliver(member, input.ticket, parameters);
  if (!delivered.ok) return delivered;
  return delivered.value ? accept(delivered.value) : activatedAgain(parameters);
}

/**
 * The result of an activation that made no secret, and so left no copy under a ticket: the last
 * event of the key is its activation with these addresses, by this session.
 */
async function activatedAgain(parameters: Parameters): Promise<Result<Activated> | null> {
  const { keyId, merchantId, userId, sessionId, allowedIps } = parameters;
  const key = await db().apiKey.findFirst({
    where: { id: keyId, merchantId, status: "active", narrowing: false, allowedIps: { equals: allowedIps } },
    select: { number: true },
  });
  if (!key) return null;
  const last = await db().auditEvent.findFirst({
    where: { apiKeyId: keyId },
    orderBy: { id: "desc" },
    select: { event: true, actorId: true, sessionId: true, data: true },
  });
  const isOurs = last?.event === "api_key.activated" && last.actorId === userId && last.sessionId === sessionId;
  return isOurs && isAgain(last.data) ? accept({ number: key.number, secret: null }) : null;
}

const isAgain = (data: Prisma.JsonValue): boolean =>
  typeof data === "object" && data !== null && "first" in data && data.first === false;

function parametersOf(
  { merchantId, userId, sessionId }: Member,
  { keyId, code }: Activation,
  allowedIps: string[],
): Parameters {
  return { keyId, merchantId, userId, sessionId, allowedIps, code };
}

async function activate(tx: Tx, member: Member, ticket: Ticket, parameters: Parameters, proof: Proof) {
  const { keyId, allowedIps } = parameters;
  const { key } = await beginChange(tx, member, keyId, "activate", proof);
  const narrower = removesAccess(key, allowedIps);
  const made = key.hasSecret ? null : firstSecret(parameters, await sealingKey(tx));
  await tx.$executeRaw`
    UPDATE api_keys SET status = 'active', allowed_ips = ${allowedIps}, activated_by = ${member.userId}::uuid, activated_at = clock_timestamp(),
      first_activated_at = coalesce(first_activated_at, clock_timestamp()),
      deactivated_by = NULL, deactivated_at = NULL, deactivation_reason = NULL, refused_everywhere_at = NULL, narrowing = ${narrower}
      ${made ? made.columns : Prisma.empty}
    WHERE id = ${key.id}::uuid`;
  await refuseDuringDeactivation(tx, member, key.id);
  if (made) await storeCopy(tx, ticket, parameters, made.secret);
  await record(tx, member, "api_key.activated", {
    apiKeyId: key.id,
    data: { number: key.number, first: made !== null, allowedIps },
  });
  await notifyOwners(tx, actorOf(member), "key_activated", { number: key.number, allowedIps });
  return {
    number: key.number,
    first: made !== null,
    narrower: narrower ? await announce(tx, key.id) : null,
    isCertain: () => isConfirmed(tx),
  };
}

function firstSecret(of: Parameters, key: VersionedKey): { secret: Secret; columns: Prisma.Sql } {
  const { secret, stored } = sealedSecret(of, key);
  const columns = Prisma.sql`, sealed_secret = ${stored.sealed}, key_version = ${stored.keyVersion}, fingerprint = ${stored.fingerprint},
    secret_check = ${stored.check}`;
  return { secret, columns };
}

/**
 * Runs after the UPDATE, which waited in the index for a deactivation that was about to commit. An
 * earlier check would have missed that deactivation.
 */
async function refuseDuringDeactivation(tx: Tx, { merchantId }: Member, keyId: KeyId): Promise<void> {
  const [other] = await tx.$queryRaw<{ number: number }[]>`
    SELECT number FROM api_keys WHERE merchant_id = ${merchantId}::uuid AND id <> ${keyId}::uuid AND ${DEACTIVATING}
    ORDER BY deactivated_at DESC LIMIT 1`;
  if (other) throw new RollbackWith(tx, { code: "deactivation_in_progress", number: other.number });
}
