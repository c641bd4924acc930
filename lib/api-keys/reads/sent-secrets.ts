import { type RunSql, runSqlAsApp } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";

/** A key whose secret was sent with a request, so that others may have it. */
export type SentSecret = {
  id: string;
  number: number;
  state: "standby" | "active" | "inactive";
  at: string;
  source: string;
};

const MAX = 3;

type Row = Omit<SentSecret, "at"> & { at: Date };

/**
 * The keys of a merchant whose secret was sent and that are not retired yet, newest first. For the
 * active key, the gateways' counts are read, so that the page warns at once. Other keys are found
 * by the event that the worker recorded, which remains when the counts are deleted.
 */
export async function sentSecrets(
  merchantId: MerchantId,
  number: number | null = null,
  runSql: RunSql = runSqlAsApp,
): Promise<SentSecret[]> {
  const rows = await runSql<Row>(
    `SELECT id, number, state, at, source FROM (
       SELECT DISTINCT ON (k.id) k.id, k.number, status_now(k.status, k.standby_until)::text AS state, sent.at, sent.source FROM (
         SELECT k.id, r.last_at AS at, r.source FROM api_keys k CROSS JOIN LATERAL (
           SELECT last_at, source FROM refusals WHERE key_number = k.number AND reason = 'secret_sent'
           ORDER BY last_at DESC LIMIT 1) r
         WHERE k.merchant_id = $1::uuid AND k.status = 'active'
         UNION ALL
         SELECT e.api_key_id, coalesce((e.data->>'at')::timestamptz, e.at), e.data->>'source' FROM audit_events e
         WHERE e.merchant_id = $1::uuid AND e.event = 'api_key.secret_sent'
       ) sent JOIN api_keys k ON k.id = sent.id
       WHERE k.status IN ('standby', 'active', 'inactive') AND ($2::int IS NULL OR k.number = $2::int)
       ORDER BY k.id, sent.at DESC) found
     ORDER BY number DESC LIMIT ${MAX}`,
    [merchantId, number],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
