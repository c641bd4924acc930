import { type Series, seriesOf } from "../api-keys/reads/series";
import { type KeyUsage, NO_USAGE, usageOf } from "../api-keys/reads/usage";
import { readTimelines, type Timeline } from "../audit/key-timeline";
import type { RunSql } from "../platform/db/db";
import type { MerchantId } from "../platform/ids";
import { DEACTIVATING, LAST_NUMBER } from "./merchant";

export type SupportKey = {
  id: string;
  number: number;
  key: string;
  state: "standby" | "generated" | "active" | "deactivating" | "inactive" | "retired";
  allowedIps: string[];
  note: string | null;
  fingerprint: string | null;
  /** A secret was generated, and no browser has confirmed that it showed it. */
  isUnconfirmed: boolean;
  usage: KeyUsage;
  timeline: Timeline;
  /** Of the active key: its last 30 days. */
  series: Series | null;
};

export type SupportKeyPage = { keys: SupportKey[]; older: number | null; newest: boolean };

const PAGE = 25;

/**
 * All keys of a merchant, including the retired ones: the active key first on the first page,
 * then newest first. At most one page is read from each of the two indexes, however many keys
 * there are. The columns are listed by name, because the role may not read all of them.
 */
export async function readKeys(runSql: RunSql, merchantId: MerchantId, before: number | null): Promise<SupportKeyPage> {
  const first =
    before === null
      ? await runSql<Row>(`${SELECT} WHERE k.merchant_id = $1::uuid AND k.status = 'active'`, [merchantId])
      : [];
  const rest = await runSql<Row>(
    `${SELECT} WHERE k.id IN ((${page("status <> 'retired' AND status <> 'active'")}) UNION ALL (${page("status = 'retired'")}))
     ORDER BY k.number DESC LIMIT $3::int`,
    [merchantId, before ?? LAST_NUMBER, PAGE + 1],
  );
  const shown = rest.slice(0, PAGE);
  const older = rest.length > PAGE ? (shown.at(-1)?.number ?? null) : null;
  const all = [...first, ...shown];
  const active = all.find(({ state }) => state === "active");
  const usage = await usageOf(
    runSql,
    all.map(({ number }) => number),
  );
  const timelines = await readTimelines(runSql, all);
  const series = active ? await seriesOf(runSql, active.number, "month") : null;
  const keys = all.map((row) => ({
    ...row,
    series: row.number === active?.number ? series : null,
    usage: usage.get(row.number) ?? NO_USAGE,
    timeline: timelines.get(row.id) ?? { events: [], isCut: false },
  }));
  return { keys, older, newest: before === null };
}

const page = (condition: string) => `SELECT id FROM api_keys
  WHERE (merchant_id, number) < ($1::uuid, $2::int) AND (merchant_id, number) >= ($1::uuid, 0) AND ${condition}
  ORDER BY merchant_id DESC, number DESC LIMIT $3::int`;

type Row = Omit<SupportKey, "usage" | "timeline" | "series">;

const SELECT = `
  SELECT k.id, k.number, k.key, CASE WHEN ${DEACTIVATING} THEN 'deactivating' ELSE status_now(k.status, k.standby_until)::text END AS state, k.allowed_ips AS "allowedIps",
    (SELECT note FROM key_notes n WHERE n.api_key_id = k.id) AS note, k.fingerprint,
    k.fingerprint IS NOT NULL AND k.secret_received_at IS NULL AS "isUnconfirmed"
  FROM api_keys k`;
