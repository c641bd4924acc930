import { type RunSql, runSqlAsApp } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";
import type { TakesOver } from "../lifecycle";
import { DEACTIVATING, STATUS_NOW } from "../lock-key";
import { TAKES_OVER_NOW } from "./takes-over";

/** What every member may know about a key. Nothing in it can sign a request or open a secret. */
export type KeyState = {
  id: string;
  number: number;
  state: "generated" | "standby" | "active" | "deactivating" | "inactive" | "retired";
  takesOver: TakesOver | null;
  standbyUntil: string | null;
  note: string | null;
  generatedAt: string;
  activatedAt: string | null;
  deactivatedAt: string | null;
  refusedEverywhereAt: string | null;
  retiredAt: string | null;
  reason: string | null;
  everActivated: boolean;
  hasSecret: boolean;
};

/** What only Owners and Support may know. */
export type KeyDetails = KeyState & {
  key: string;
  fingerprint: string | null;
  allowedIps: string[];
  deactivatedBy: string | null;
};

type Times = "generatedAt" | "standbyUntil" | "activatedAt" | "deactivatedAt" | "refusedEverywhereAt" | "retiredAt";
type Row<T extends KeyState> = Omit<T, Times> &
  Record<Exclude<Times, "generatedAt">, Date | null> & { generatedAt: Date };

const STATE = `k.id, k.number, CASE WHEN ${DEACTIVATING.sql} THEN 'deactivating' ELSE ${STATUS_NOW.sql}::text END AS state, n.note,
  k.generated_at AS "generatedAt", k.activated_at AS "activatedAt", k.deactivated_at AS "deactivatedAt",
  k.refused_everywhere_at AS "refusedEverywhereAt", k.retired_at AS "retiredAt",
  coalesce(k.retirement_reason, k.deactivation_reason) AS reason, k.first_activated_at IS NOT NULL AS "everActivated",
  k.fingerprint IS NOT NULL AS "hasSecret", ${TAKES_OVER_NOW.sql} AS "takesOver", k.standby_until AS "standbyUntil"`;

/** Null if the merchant has no such key. `number` is the text from the URL. */
export function readKeyState(merchantId: MerchantId, number: string): Promise<KeyState | null> {
  return read<KeyState>(runSqlAsApp, merchantId, number, STATE);
}

export function readKey(
  merchantId: MerchantId,
  number: string,
  runSql: RunSql = runSqlAsApp,
): Promise<KeyDetails | null> {
  return read<KeyDetails>(
    runSql,
    merchantId,
    number,
    `${STATE}, k.key, k.fingerprint, k.allowed_ips AS "allowedIps", (SELECT email FROM users WHERE id = k.deactivated_by) AS "deactivatedBy"`,
  );
}

async function read<T extends KeyState>(
  runSql: RunSql,
  merchantId: MerchantId,
  number: string,
  columns: string,
): Promise<T | null> {
  if (!/^[1-9]\d{0,8}$/.test(number)) return null;
  const [row] = await runSql<Row<T>>(
    `SELECT ${columns} FROM api_keys k LEFT JOIN key_notes n ON n.api_key_id = k.id
     WHERE k.number = $1::int AND k.merchant_id = $2::uuid`,
    [Number(number), merchantId],
  );
  if (!row) return null;
  const { generatedAt, standbyUntil, activatedAt, deactivatedAt, refusedEverywhereAt, retiredAt } = row;
  const iso = (at: Date | null) => at?.toISOString() ?? null;
  return {
    ...row,
    generatedAt: generatedAt.toISOString(),
    standbyUntil: iso(standbyUntil),
    activatedAt: iso(activatedAt),
    deactivatedAt: iso(deactivatedAt),
    refusedEverywhereAt: iso(refusedEverywhereAt),
    retiredAt: iso(retiredAt),
  } as unknown as T;
}
