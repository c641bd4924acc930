import { type KeyDetails, readKey } from "../api-keys/reads/key";
import { type KeyActivity, keyActivity } from "../api-keys/reads/key-activity";
import type { Period } from "../api-keys/reads/periods";
import { type Refusals, refusalsOf } from "../api-keys/reads/refusal-counts";
import { type SentSecret, sentSecrets } from "../api-keys/reads/sent-secrets";
import type { RunSql } from "../platform/db/db";
import type { MerchantId } from "../platform/ids";

/** The key page of Owners as Support sees it. */
export type SupportOneKey = { key: KeyDetails; activity: KeyActivity; sent: SentSecret[] };

/** All refusals of a key, as its Owners see them. */
export type SupportRefusals = { key: KeyDetails; refusals: Refusals; sent: SentSecret[] };

/** The reads of the Owners' page, each as the role that may see no secret. */
export async function readOneKey(
  runSql: RunSql,
  merchantId: MerchantId,
  number: string,
  period: Period,
): Promise<SupportOneKey | null> {
  const key = await readKey(merchantId, number, runSql);
  if (!key) return null;
  const activity = await keyActivity(key, period, { history: true, runSql });
  return { key, activity, sent: await sentSecrets(merchantId, key.number, runSql) };
}

/** Null if the merchant has no such key. */
export async function readRefusals(
  runSql: RunSql,
  merchantId: MerchantId,
  number: string,
  period: Period,
): Promise<SupportRefusals | null> {
  const key = await readKey(merchantId, number, runSql);
  if (!key) return null;
  const refusals = await refusalsOf(key.number, period, runSql);
  return { key, refusals, sent: await sentSecrets(merchantId, key.number, runSql) };
}
