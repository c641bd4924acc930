import { Prisma } from "../../generated/prisma/client";
import type { TakesOver } from "../lifecycle";
import { DEACTIVATING } from "../lock-key";

/** A key as the lists select it; never its secret, sealed or not. */
export type StoredKey = {
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
  hasSecret: boolean;
  takesOver: TakesOver | null;
  standbyUntil: Date | null;
};

const COLUMNS = Prisma.sql`id, number, key, CASE WHEN ${DEACTIVATING} THEN 'deactivating' ELSE status::text END AS state,
  allowed_ips AS "allowedIps", generated_at AS "generatedAt", activated_at AS "activatedAt", deactivated_at AS "deactivatedAt",
  retired_at AS "retiredAt", coalesce(retirement_reason, deactivation_reason) AS reason, first_activated_at IS NOT NULL AS "everActivated",
  fingerprint IS NOT NULL AS "hasSecret", takes_over::text AS "takesOver", standby_until AS "standbyUntil"`;

const LAST_NUMBER = 2_147_483_647;

/** What stands before the list: the active key, the one on standby, and keys retired a moment ago that a gateway may still accept. */
export function pinned(merchantId: string): Prisma.Sql {
  const mine = Prisma.sql`merchant_id = ${merchantId}::uuid`;
  return Prisma.sql`
    SELECT ${COLUMNS} FROM api_keys WHERE ${mine} AND status = 'active'
    UNION ALL
    SELECT ${COLUMNS} FROM api_keys WHERE ${mine} AND status = 'standby'
    UNION ALL
    SELECT ${COLUMNS} FROM api_keys WHERE ${mine} AND status = 'retired' AND ${DEACTIVATING}`;
}

/**
 * Keyset pages: each starts below the last number of the page before, so a page costs the same however far back it is. The merchant is held by a
 * row comparison and named in the order: with `merchant_id = …` and `ORDER BY number` the planner may walk the index of all merchants' numbers
 * instead, and pass thousands of theirs before it meets one of ours.
 */
export function listedPage(merchantId: string, before: number | undefined, limit: number): Prisma.Sql {
  return page(merchantId, before, limit, Prisma.sql`status <> 'retired' AND status <> 'active' AND status <> 'standby'`);
}

export function retiredPage(merchantId: string, before: number | undefined, limit: number): Prisma.Sql {
  return page(merchantId, before, limit, Prisma.sql`status = 'retired' AND (${DEACTIVATING}) IS NOT TRUE`);
}

/** The newest key that waits for its first activation. */
export function waiting(merchantId: string): Prisma.Sql {
  return page(merchantId, undefined, 1, Prisma.sql`status <> 'retired' AND status = 'generated'`, Prisma.sql`id, number`);
}

function page(merchantId: string, before: number | undefined, limit: number, condition: Prisma.Sql, columns = COLUMNS): Prisma.Sql {
  return Prisma.sql`
    SELECT ${columns} FROM api_keys
    WHERE (merchant_id, number) < (${merchantId}::uuid, ${before ?? LAST_NUMBER}) AND (merchant_id, number) >= (${merchantId}::uuid, 0) AND ${condition}
    ORDER BY merchant_id DESC, number DESC LIMIT ${limit}`;
}
