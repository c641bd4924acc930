import type { Member } from "../../access/member";
import { query, runSqlAsApp } from "../../platform/db/db";
import type { KeyId } from "../../platform/ids";
import { accept, type Result, refuse } from "../../platform/result";
import { sourcesOf } from "./sources";

/**
 * The sources that recently used key `number`, the key in question or the one that it replaces:
 * their requests were signed correctly, and came from allowed addresses.
 */
export type SeenSources = { number: number; sources: { source: string; count: number }[] };

/**
 * What an Owner should know before changing a key's addresses. For a key without accepted requests,
 * these are the sources of the active key, or of the one that was active last.
 */
export async function seenSources({ merchantId }: Member, keyId: KeyId): Promise<Result<SeenSources>> {
  const [key] = await query<{ number: number; last: number | null }>`
    SELECT k.number, (
      SELECT number FROM api_keys o WHERE o.merchant_id = k.merchant_id AND o.id <> k.id AND o.activated_at IS NOT NULL
      ORDER BY o.status = 'active' DESC, o.activated_at DESC LIMIT 1) AS last
    FROM api_keys k WHERE k.id = ${keyId}::uuid AND k.merchant_id = ${merchantId}::uuid`;
  if (!key) return refuse({ code: "not_found" });
  const own = await seen(key.number);
  return accept(own.sources.length > 0 || key.last === null ? own : await seen(key.last));
}

async function seen(number: number): Promise<SeenSources> {
  const sources = await sourcesOf(runSqlAsApp, number);
  const used = sources.map(({ source, accepted, astray }) => ({ source, count: accepted + astray }));
  return { number, sources: used.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count) };
}
