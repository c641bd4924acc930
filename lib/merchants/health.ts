import { daySeries } from "../api-keys/reads/key-activity";
import { type RefusalRow, refusalsOf } from "../api-keys/reads/refusal-counts";
import type { Bar, Series } from "../api-keys/reads/series";
import { type Source, sourcesOf } from "../api-keys/reads/sources";
import { type KeyUsage, usageOf } from "../api-keys/reads/usage";
import { query, runSqlAsApp } from "../platform/db/db";
import type { MerchantId } from "../platform/ids";

/** How the one active key is doing. `today` are the hours since midnight UTC. */
export type ActiveHealth = {
  number: number;
  note: string | null;
  activatedAt: string;
  series: Series;
  today: Bar[];
  used: KeyUsage["used"];
  refusals: RefusalRow[];
  /** What only Owners may know. */
  allowedIps: string[];
  sources: Source[];
};

type Active = { number: number; note: string | null; activatedAt: Date; allowedIps: string[] };

/** Null if no key is active. */
export async function activeHealth(merchantId: MerchantId): Promise<ActiveHealth | null> {
  const [active] = await query<Active>`
    SELECT k.number, n.note, k.activated_at AS "activatedAt", k.allowed_ips AS "allowedIps"
    FROM api_keys k LEFT JOIN key_notes n ON n.api_key_id = k.id WHERE k.merchant_id = ${merchantId}::uuid AND k.status = 'active'`;
  if (!active) return null;
  const { number } = active;
  const [series, usage, sources, { rows }] = await Promise.all([
    daySeries(number),
    usageOf(runSqlAsApp, [number]),
    sourcesOf(runSqlAsApp, number),
    refusalsOf(number, "day"),
  ]);
  const midnight = new Date().toISOString().slice(0, 10);
  return {
    ...active,
    activatedAt: active.activatedAt.toISOString(),
    series,
    today: series.bars.filter(({ at }) => at.slice(0, 10) === midnight),
    refusals: rows,
    used: usage.get(number)?.used ?? null,
    sources,
  };
}

/** Members who confirm with codes alone, by email. */
export async function withoutPasskey(merchantId: MerchantId): Promise<string[]> {
  const rows = await query<{ email: string }>`
    SELECT u.email FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.merchant_id = ${merchantId}::uuid AND u.disabled_at IS NULL
      AND NOT EXISTS (SELECT FROM passkeys p WHERE p.user_id = u.id)
    ORDER BY u.email`;
  return rows.map(({ email }) => email);
}
