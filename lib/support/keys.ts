import { NO_TRAFFIC, type Traffic, trafficOf } from "../api-keys/traffic";
import type { RunSql } from "../db";
import { DEACTIVATING, LAST_NUMBER } from "./merchant";

/** What was done to a key: when, by whom, and why where a reason is given. */
export type Act = { at: string; by: string | null; reason: string | null };

export type SupportKey = {
  id: string;
  number: number;
  key: string;
  state: "generated" | "active" | "deactivating" | "inactive" | "retired";
  allowedIps: string[];
  fingerprint: string | null;
  generated: Act;
  firstActivatedAt: string | null;
  receivedAt: string | null;
  activated: Act | null;
  deactivated: Act | null;
  refusedEverywhereAt: string | null;
  retired: Act | null;
  traffic: Traffic;
};

export type SupportKeyPage = { keys: SupportKey[]; older: number | null; newest: boolean };

const PAGE = 25;

/**
 * Every key of a merchant, the retired too: the active one first on the first page, then newest first. The two indexes of the lists are each
 * read for one page at most, however many keys there are; columns are named, because the role may not read them all.
 */
export async function readKeys(runSql: RunSql, merchantId: string, before: number | null): Promise<SupportKeyPage> {
  const first = before === null ? await runSql<Row>(`${SELECT} WHERE k.merchant_id = $1::uuid AND k.status = 'active'`, [merchantId]) : [];
  const rest = await runSql<Row>(
    `${SELECT} WHERE k.id IN ((${page("status <> 'retired' AND status <> 'active'")}) UNION ALL (${page("status = 'retired'")}))
     ORDER BY k.number DESC LIMIT $3::int`,
    [merchantId, before ?? LAST_NUMBER, PAGE + 1],
  );
  const shown = rest.slice(0, PAGE);
  const older = rest.length > PAGE ? (shown.at(-1)?.number ?? null) : null;
  const all = [...first, ...shown];
  const numbers = all.map(({ number }) => number);
  const traffic = await trafficOf(runSql, numbers);
  return { keys: all.map((row) => toKey(row, traffic.get(row.number))), older, newest: before === null };
}

const page = (condition: string) => `SELECT id FROM api_keys
  WHERE (merchant_id, number) < ($1::uuid, $2::int) AND (merchant_id, number) >= ($1::uuid, 0) AND ${condition}
  ORDER BY merchant_id DESC, number DESC LIMIT $3::int`;

type Row = {
  id: string;
  number: number;
  key: string;
  state: SupportKey["state"];
  allowedIps: string[];
  fingerprint: string | null;
  generatedAt: Date;
  generatedBy: string | null;
  firstActivatedAt: Date | null;
  receivedAt: Date | null;
  activatedAt: Date | null;
  activatedBy: string | null;
  deactivatedAt: Date | null;
  deactivatedBy: string | null;
  deactivationReason: string | null;
  refusedEverywhereAt: Date | null;
  retiredAt: Date | null;
  retiredBy: string | null;
  retirementReason: string | null;
};

const SELECT = `
  SELECT k.id, k.number, k.key, CASE WHEN ${DEACTIVATING} THEN 'deactivating' ELSE k.status::text END AS state, k.allowed_ips AS "allowedIps",
    k.fingerprint, k.generated_at AS "generatedAt", g.email AS "generatedBy", k.first_activated_at AS "firstActivatedAt",
    k.secret_received_at AS "receivedAt", k.activated_at AS "activatedAt", a.email AS "activatedBy", k.deactivated_at AS "deactivatedAt",
    d.email AS "deactivatedBy", k.deactivation_reason AS "deactivationReason", k.refused_everywhere_at AS "refusedEverywhereAt",
    k.retired_at AS "retiredAt", r.email AS "retiredBy", k.retirement_reason AS "retirementReason"
  FROM api_keys k
    LEFT JOIN users g ON g.id = k.generated_by LEFT JOIN users a ON a.id = k.activated_by
    LEFT JOIN users d ON d.id = k.deactivated_by LEFT JOIN users r ON r.id = k.retired_by`;

function toKey(row: Row, traffic: Traffic = NO_TRAFFIC): SupportKey {
  const { id, number, key, state, allowedIps, fingerprint } = row;
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  const act = (at: Date | null, by: string | null, reason: string | null = null) => at && { at: at.toISOString(), by, reason };
  return {
    ...{ id, number, key, state, allowedIps, fingerprint },
    generated: { at: row.generatedAt.toISOString(), by: row.generatedBy, reason: null },
    firstActivatedAt: iso(row.firstActivatedAt),
    receivedAt: iso(row.receivedAt),
    activated: act(row.activatedAt, row.activatedBy),
    deactivated: act(row.deactivatedAt, row.deactivatedBy, row.deactivationReason),
    refusedEverywhereAt: iso(row.refusedEverywhereAt),
    retired: act(row.retiredAt, row.retiredBy, row.retirementReason),
    traffic,
  };
}
