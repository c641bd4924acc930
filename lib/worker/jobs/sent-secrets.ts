import { lockKey } from "../../api-keys/lock-key";
import { record } from "../../audit/record";
import { notifyOwners } from "../../mail/enqueue";
import { db, inTransaction, type Tx } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";

type Sent = { id: string; number: number; merchantId: MerchantId; at: Date; source: string };

/** Refusals are kept for 90 days, so a worker that was down still finds those of that time. */
const SENT = `
  SELECT k.id, k.number, k.merchant_id AS "merchantId", r.last_at AS at, r.source
  FROM (SELECT DISTINCT ON (key_number) key_number, last_at, source FROM refusals
      WHERE reason = 'secret_sent' AND key_number IS NOT NULL ORDER BY key_number, last_at DESC) r
    JOIN api_keys k ON k.number = r.key_number
  WHERE k.status IN ('standby', 'active', 'inactive') AND NOT EXISTS (
    SELECT FROM audit_events e WHERE e.api_key_id = k.id AND e.event = 'api_key.secret_sent'
      AND (e.at > now() - interval '1 day' OR (e.data->>'at')::timestamptz >= r.last_at))
  ORDER BY r.last_at LIMIT $1::int`;

/**
 * Tells the Owners that the secret of a key was sent with a request.
 *
 * Promise: at most once per key and day, however many requests and workers there are: a worker
 * locks the key and checks again before it tells. Retired keys are left out. The event and the mail
 * hold nothing of what was sent.
 * @returns for how many keys it alerted them
 */
export async function reportSentSecrets(most = 100): Promise<number> {
  const sent = await db().$queryRawUnsafe<Sent[]>(SENT, most);
  let told = 0;
  for (const each of sent) if (await tell(each)) told++;
  return told;
}

async function tell(sent: Sent): Promise<boolean> {
  const actor = { kind: "system", merchantId: sent.merchantId } as const;
  const done = await inTransaction(async (tx) => {
    const key = await lockKey(tx, actor, sent.id);
    if (key.status === "retired" || (await toldLately(tx, sent))) return false;
    const at = sent.at.toISOString();
    await record(tx, actor, "api_key.secret_sent", {
      apiKeyId: key.id,
      data: { number: key.number, source: sent.source, at },
    });
    const act = { merchantId: sent.merchantId, by: "Countersign", from: null };
    await notifyOwners(tx, act, "secret_sent", { number: key.number, source: sent.source, at });
    return true;
  });
  return done.ok && done.value;
}

async function toldLately(tx: Tx, { id, at }: Sent): Promise<boolean> {
  const [lately] = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT id FROM audit_events WHERE api_key_id = ${id}::uuid AND event = 'api_key.secret_sent'
      AND (at > now() - interval '1 day' OR (data->>'at')::timestamptz >= ${at}) LIMIT 1`;
  return lately !== undefined;
}
