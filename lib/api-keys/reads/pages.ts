import { Prisma } from "../../generated/prisma/client";
import type { MerchantId } from "../../platform/ids";
import type { TakesOver } from "../lifecycle";
import { DEACTIVATING, STATUS_NOW } from "../lock-key";
import { TAKES_OVER_NOW } from "./takes-over";
import { USAGE_COLUMNS, USAGE_JOINS, type UsageRow } from "./usage";

/** A key's row in the lists; it never holds the secret, sealed or not. */
export type StoredKey = UsageRow & {
  id: string;
  number: number;
  key: string;
  state: "standby" | "generated" | "active" | "deactivating" | "inactive" | "retired";
  allowedIps: string[];
  generatedAt: Date;
  activatedAt: Date | null;
  deactivatedAt: Date | null;
  retiredAt: Date | null;
  reason: string | null;
  everActivated: boolean;
  note: string | null;
  hasSecret: boolean;
  takesOver: TakesOver | null;
  standbyUntil: Date | null;
  /** Before the list, in this order; null in the list. */
  pinned: number | null;
};

const COLUMNS = Prisma.sql`id, number, key, CASE WHEN ${DEACTIVATING} THEN 'deactivating' ELSE ${STATUS_NOW}::text END AS state,
  allowed_ips AS "allowedIps", generated_at AS "generatedAt", activated_at AS "activatedAt", deactivated_at AS "deactivatedAt",
  retired_at AS "retiredAt", coalesce(retirement_reason, deactivation_reason) AS reason, first_activated_at IS NOT NULL AS "everActivated",
  (SELECT note FROM key_notes n WHERE n.api_key_id = api_keys.id) AS note, fingerprint IS NOT NULL AS "hasSecret",
  ${TAKES_OVER_NOW} AS "takesOver", standby_until AS "standbyUntil"`;

const LAST_NUMBER = 2_147_483_647;

/** The keys of a page with their usage, in one statement and in no order. */
export const withUsage = (keys: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`SELECT n.*, ${Prisma.raw(USAGE_COLUMNS)} FROM (${keys}) n ${Prisma.raw(USAGE_JOINS)}`;

/** The pinned keys and the first page of the list. */
export const firstPage = (merchantId: MerchantId, limit: number): Prisma.Sql =>
  Prisma.sql`${pinnedKeys(merchantId)} UNION ALL (${listedPage(merchantId, undefined, limit)})`;

/**
 * Shown above the list: the active key, the one on standby, and just retired keys that a gateway
 * may still accept.
 */
export function pinnedKeys(merchantId: MerchantId): Prisma.Sql {
  const mine = Prisma.sql`merchant_id = ${merchantId}::uuid`;
  return Prisma.sql`
    SELECT ${COLUMNS}, 1 AS pinned FROM api_keys WHERE ${mine} AND status = 'active'
    UNION ALL
    SELECT ${COLUMNS}, 2 FROM api_keys WHERE ${mine} AND status = 'standby' AND ${STATUS_NOW} = 'standby'
    UNION ALL
    SELECT ${COLUMNS}, 3 FROM api_keys WHERE ${mine} AND status = 'retired' AND ${DEACTIVATING}`;
}

/**
 * Keyset pages: each starts below the last number of the page before, so that every page costs the
 * same. The merchant is in a row comparison and in the ORDER BY. With `merchant_id = …` and
 * `ORDER BY number`, the planner may scan the index of all merchants' numbers instead, and skip
 * thousands of other keys before it finds one of this merchant.
 */
export function listedPage(merchantId: MerchantId, before: number | undefined, limit: number): Prisma.Sql {
  return page(
    merchantId,
    before,
    limit,
    Prisma.sql`status <> 'retired' AND status <> 'active' AND ${STATUS_NOW} <> 'standby'`,
  );
}

export function retiredPage(merchantId: MerchantId, before: number | undefined, limit: number): Prisma.Sql {
  return page(merchantId, before, limit, Prisma.sql`status = 'retired' AND (${DEACTIVATING}) IS NOT TRUE`);
}

/** The newest key that has not been activated yet. */
export function newestGenerated(merchantId: MerchantId): Prisma.Sql {
  return page(
    merchantId,
    undefined,
    1,
    Prisma.sql`status <> 'retired' AND status = 'generated'`,
    Prisma.sql`id, number`,
  );
}

function page(
  merchantId: MerchantId,
  before: number | undefined,
  limit: number,
  condition: Prisma.Sql,
  columns = Prisma.sql`${COLUMNS}, NULL::int AS pinned`,
): Prisma.Sql {
  return Prisma.sql`
    SELECT ${columns} FROM api_keys
    WHERE (merchant_id, number) < (${merchantId}::uuid, ${before ?? LAST_NUMBER}) AND (merchant_id, number) >= (${merchantId}::uuid, 0) AND ${condition}
    ORDER BY merchant_id DESC, number DESC LIMIT ${limit}`;
}

/**
 * Keys whose ID or text begins with the words, or whose note contains them; whatever their state,
 * newest first.
 */
export function searchPage(merchantId: MerchantId, words: string, limit: number): Prisma.Sql {
  const literal = words.replaceAll(/[\\%_]/g, "\\$&");
  const condition = Prisma.sql`(number::text LIKE ${`${literal}%`} OR key LIKE ${`${literal}%`}
    OR EXISTS (SELECT FROM key_notes n WHERE n.api_key_id = api_keys.id AND n.note ILIKE ${`%${literal}%`}))`;
  return page(merchantId, undefined, limit, condition);
}
