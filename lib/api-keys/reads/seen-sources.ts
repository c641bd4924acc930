import type { Member } from "../../access/member";
import { db, runSqlAsApp } from "../../platform/db/db";
import type { KeyId } from "../../platform/ids";
import { accept, type Result, refuse } from "../../platform/result";
import { sourcesOf } from "./sources";

/** From where accepted requests came lately, of the key named: the one asked about, or the one it takes over from. */
export type Seen = { number: number; sources: { source: string; count: number }[] };

/** For whoever is about to change a key's addresses. A key that was never used is to be used like the one that was active last. */
export async function seenSources({ merchantId }: Member, keyId: KeyId): Promise<Result<Seen>> {
  const [key] = await db().$queryRaw<{ number: number; last: number | null }[]>`
    SELECT k.number, (
      SELECT number FROM api_keys o WHERE o.merchant_id = k.merchant_id AND o.id <> k.id AND o.activated_at IS NOT NULL
      ORDER BY o.status = 'active' DESC, o.activated_at DESC LIMIT 1) AS last
    FROM api_keys k WHERE k.id = ${keyId}::uuid AND k.merchant_id = ${merchantId}::uuid`;
  if (!key) return refuse({ code: "not_found" });
  const own = await seen(key.number);
  return accept(own.sources.length > 0 || key.last === null ? own : await seen(key.last));
}

async function seen(number: number): Promise<Seen> {
  const sources = (await sourcesOf(runSqlAsApp, number)).filter(({ accepted }) => accepted > 0);
  return { number, sources: sources.map(({ source, accepted }) => ({ source, count: accepted })) };
}
