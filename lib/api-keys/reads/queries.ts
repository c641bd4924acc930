import { isStorable } from "../../actions/input";
import { Prisma } from "../../generated/prisma/client";
import { query } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";
import type { TakesOver } from "../lifecycle";
import { DEACTIVATING } from "../lock-key";
import { mayHoldSecret } from "../may-hold-secret";
import { UNCONFIRMED } from "../reveal/unconfirmed";
import { firstPage, listedPage, newestGenerated, retiredPage, type StoredKey, searchPage, withUsage } from "./pages";
import { type Rotation, readRotation } from "./rotation";
import { type KeyUsage, toUsage } from "./usage";

export type KeyRow = {
  id: string;
  number: number;
  key: string;
  state: "standby" | "generated" | "active" | "deactivating" | "inactive" | "retired";
  allowedIps: string[];
  generatedAt: string;
  activatedAt: string | null;
  deactivatedAt: string | null;
  retiredAt: string | null;
  reason: string | null;
  everActivated: boolean;
  note: string | null;
  hasSecret: boolean;
  takesOver: TakesOver | null;
  standbyUntil: string | null;
  usage: KeyUsage;
};

/**
 * `older` is the `before` of the next page, null on the last page. `newest`: this is the first
 * page.
 */
export type KeyPage = { keys: KeyRow[]; older: number | null; newest: boolean };

export type Counts = { listed: number; retired: number };

export type KeysStatus = {
  /**
   * `secretUndelivered`: nothing shows that the secret was saved: no dialog or Owner confirmed it,
   * and no request was accepted.
   */
  active: { id: string; number: number; activatedAt: string; allowedIps: string[]; secretUndelivered: boolean } | null;
  deactivating: { number: number; since: string } | null;
  waitingGenerated: { id: string; number: number } | null;
  rotation: Rotation;
  counts: Counts;
};

const PAGE = 25;

/**
 * The keys that are not retired, newest first, 25 per page. The first page begins with the active
 * key, the key on standby, and retired keys that a gateway may still accept.
 */
export async function listKeys(merchantId: MerchantId, { before }: { before?: number } = {}): Promise<KeyPage> {
  const keys = before === undefined ? firstPage(merchantId, PAGE + 1) : listedPage(merchantId, before, PAGE + 1);
  return readPage(keys, before);
}

export async function listRetiredKeys(merchantId: MerchantId, { before }: { before?: number } = {}): Promise<KeyPage> {
  return readPage(retiredPage(merchantId, before, PAGE + 1), before);
}

/**
 * The first 25 keys that match the search field. Text that may be a secret is not searched for, nor
 * text that the database does not take.
 */
export async function findKeys(merchantId: MerchantId, text: string): Promise<KeyPage> {
  const words = text.replaceAll(/\s+/g, " ").trim().slice(0, 100);
  if (mayHoldSecret(text) || !isStorable(words)) return { keys: [], older: null, newest: true };
  return readPage(searchPage(merchantId, words, PAGE), undefined);
}

export async function countKeys(merchantId: MerchantId): Promise<Counts> {
  const [count] = await query<Counts>`${counted(merchantId)}`;
  return count ?? { listed: 0, retired: 0 };
}

const counted = (merchantId: MerchantId) => Prisma.sql`
  SELECT (SELECT count(*)::int FROM api_keys WHERE merchant_id = ${merchantId}::uuid AND status <> 'retired') AS listed,
    (SELECT count(*)::int FROM api_keys WHERE merchant_id = ${merchantId}::uuid AND status = 'retired') AS retired`;

type Active = {
  activeId: string;
  activeNumber: number;
  activatedAt: Date;
  allowedIps: string[];
  secretUndelivered: boolean;
};
type Now = Counts & { [Key in keyof Active]: Active[Key] | null } & {
  deactivatingNumber: number | null;
  since: Date | null;
  waitingId: string | null;
  waitingNumber: number | null;
};

/** The current state of a merchant's keys, for the status line above the list. */
export async function readKeyStatus(merchantId: MerchantId): Promise<KeysStatus> {
  const mine = Prisma.sql`merchant_id = ${merchantId}::uuid`;
  const keys = query<Now>`
    SELECT a.*, d.*, w.id AS "waitingId", w.number AS "waitingNumber", c.listed, c.retired
    FROM (${counted(merchantId)}) c
      LEFT JOIN (
        SELECT id AS "activeId", number AS "activeNumber", activated_at AS "activatedAt", allowed_ips AS "allowedIps",
          ${UNCONFIRMED} AND NOT EXISTS (SELECT FROM key_last_used u WHERE u.key_number = number) AS "secretUndelivered"
        FROM api_keys WHERE ${mine} AND status = 'active') a ON true
      LEFT JOIN (
        SELECT number AS "deactivatingNumber", deactivated_at AS since FROM api_keys
        WHERE ${mine} AND ${DEACTIVATING} ORDER BY deactivated_at DESC LIMIT 1) d ON true
      LEFT JOIN (${newestGenerated(merchantId)}) w ON true`;
  const [[now], rotation] = await Promise.all([keys, readRotation(merchantId)]);
  const { listed, retired, deactivatingNumber, since, waitingId, waitingNumber } = now as Now;
  return {
    active: activeIn(now as Now),
    deactivating:
      deactivatingNumber !== null && since ? { number: deactivatingNumber, since: since.toISOString() } : null,
    waitingGenerated: waitingId !== null && waitingNumber !== null ? { id: waitingId, number: waitingNumber } : null,
    rotation,
    counts: { listed, retired },
  };
}

function activeIn({ activeId, activeNumber, activatedAt, allowedIps, secretUndelivered }: Now): KeysStatus["active"] {
  if (!activeId || !activeNumber || !activatedAt || !allowedIps) return null;
  return {
    id: activeId,
    number: activeNumber,
    activatedAt: activatedAt.toISOString(),
    allowedIps,
    secretUndelivered: secretUndelivered === true,
  };
}

async function readPage(keys: Prisma.Sql, before: number | undefined): Promise<KeyPage> {
  const rows = await query<StoredKey>`${withUsage(keys)}`;
  const pinned = rows.filter((row) => row.pinned !== null).sort((a, b) => Number(a.pinned) - Number(b.pinned));
  const rest = rows.filter((row) => row.pinned === null).sort((a, b) => b.number - a.number);
  const shown = rest.slice(0, Math.max(PAGE - pinned.length, 1));
  const older = rest.length > shown.length ? (shown.at(-1)?.number ?? null) : null;
  return { keys: [...pinned, ...shown].map(toRow), older, newest: before === undefined };
}

function toRow(stored: StoredKey): KeyRow {
  const { id, number, key, state, allowedIps, reason, everActivated, note, hasSecret, takesOver } = stored;
  const { generatedAt, activatedAt, deactivatedAt, retiredAt, standbyUntil } = stored;
  return {
    ...{ id, number, key, state, allowedIps, reason, everActivated, note, hasSecret, takesOver },
    generatedAt: generatedAt.toISOString(),
    activatedAt: activatedAt?.toISOString() ?? null,
    deactivatedAt: deactivatedAt?.toISOString() ?? null,
    retiredAt: retiredAt?.toISOString() ?? null,
    standbyUntil: standbyUntil?.toISOString() ?? null,
    usage: toUsage(stored),
  };
}
