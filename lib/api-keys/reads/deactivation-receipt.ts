import type { RunSql } from "../../platform/db/db";
import type { Propagation } from "../../words/propagation";
import { storedPropagation } from "../propagation/stored-propagation";
import type { KeyState } from "./key";

/** What is known of a deactivation: times to the millisecond, as the database has them. */
export type DeactivationReceipt = {
  lastAccepted: { at: string; source: string } | null;
  committedAt: string;
  refusedEverywhereAt: string;
  propagation: Propagation | null;
  lastRefusedAt: string | null;
  /** The number of the event in the audit log that records it. */
  event: string | null;
};

type Row = {
  usedAt: Date | null;
  usedFrom: string | null;
  lastRefused: Date | null;
  data: unknown;
  event: string | null;
};

/**
 * The latest event of this kind belongs to this deactivation, earlier ones to earlier
 * deactivations.
 */
const STOP = `
  SELECT u.at AS "usedAt", u.source AS "usedFrom", r.last AS "lastRefused", e.data, e.id::text AS event
  FROM (SELECT max(last_at) AS last FROM refusals
      WHERE (key_number, last_at) >= ($1::int, $3::timestamptz) AND (key_number, last_at) <= ($1::int, 'infinity'::timestamptz)
        AND reason = 'bad_header_key') r
    LEFT JOIN key_last_used u ON u.key_number = $1::int
    LEFT JOIN LATERAL (
      SELECT data, id FROM audit_events WHERE api_key_id IS NOT NULL AND (api_key_id, id) <= ($2::uuid, 9223372036854775807) AND (api_key_id, id) >= ($2::uuid, 0)
        AND event = 'api_key.refused_everywhere' ORDER BY api_key_id DESC, id DESC LIMIT 1) e ON true`;

/** Null if the key is not stopped, or was never active. */
export async function deactivationReceiptOf(runSql: RunSql, key: KeyState): Promise<DeactivationReceipt | null> {
  const { id, number, deactivatedAt, refusedEverywhereAt } = key;
  if (!deactivatedAt || !refusedEverywhereAt) return null;
  const [row] = await runSql<Row>(STOP, [number, id, deactivatedAt]);
  return {
    lastAccepted: row?.usedAt && row.usedFrom !== null ? { at: row.usedAt.toISOString(), source: row.usedFrom } : null,
    committedAt: deactivatedAt,
    refusedEverywhereAt,
    propagation: storedPropagation(row?.data),
    lastRefusedAt: row?.lastRefused?.toISOString() ?? null,
    event: row?.event ?? null,
  };
}
