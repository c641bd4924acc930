import { db, runSqlAsApp } from "../db";
import { Prisma } from "../generated/prisma/client";
import { DEACTIVATING } from "./locked-key";
import { listedPage, pinned, retiredPage, type StoredKey, waiting } from "./pages";
import { NO_TRAFFIC, type Traffic, trafficOf } from "./traffic";
import { UNCONFIRMED } from "./unconfirmed";

export type KeyRow = {
  id: string;
  number: number;
  key: string;
  state: "generated" | "active" | "deactivating" | "inactive" | "retired";
  allowedIps: string[];
  generatedAt: string;
  activatedAt: string | null;
  deactivatedAt: string | null;
  retiredAt: string | null;
  reason: string | null;
  everActivated: boolean;
  traffic: Traffic;
};

/** `older` is what to pass as `before` for the next page, null on the last; `newest` tells the first. */
export type KeyPage = { keys: KeyRow[]; older: number | null; newest: boolean };

export type Standing = {
  /** `secretUndelivered`: neither a dialog nor its Owner nor an accepted request has shown that the secret was saved. */
  active: { id: string; number: number; activatedAt: string; allowedIps: string[]; secretUndelivered: boolean } | null;
  deactivating: { number: number; since: string } | null;
  waitingGenerated: { id: string; number: number } | null;
  total: number;
};

const PAGE = 25;

/** The keys that are not retired, newest first, 25 a page; before them, on the first page, the active one and any that is retired but not yet refused everywhere. */
export async function listKeys(merchantId: string, { before }: { before?: number } = {}): Promise<KeyPage> {
  const first = before === undefined ? await db().$queryRaw<StoredKey[]>(pinned(merchantId)) : [];
  const size = Math.max(PAGE - first.length, 1);
  const rest = await db().$queryRaw<StoredKey[]>(listedPage(merchantId, before, size + 1));
  return page(first, rest, size, before);
}

export async function listRetiredKeys(merchantId: string, { before }: { before?: number } = {}): Promise<KeyPage> {
  return page([], await db().$queryRaw<StoredKey[]>(retiredPage(merchantId, before, PAGE + 1)), PAGE, before);
}

export async function countKeys(merchantId: string): Promise<{ listed: number; retired: number }> {
  const [count] = await db().$queryRaw<{ listed: number; retired: number }[]>`
    SELECT (SELECT count(*)::int FROM api_keys WHERE merchant_id = ${merchantId}::uuid AND status <> 'retired') AS listed,
      (SELECT count(*)::int FROM api_keys WHERE merchant_id = ${merchantId}::uuid AND status = 'retired') AS retired`;
  return count ?? { listed: 0, retired: 0 };
}

/** What is true of a merchant's keys now: what the sentence above the list says. */
export async function standing(merchantId: string): Promise<Standing> {
  const mine = Prisma.sql`merchant_id = ${merchantId}::uuid`;
  const [[active], [deactivating], [waitingGenerated], { listed, retired }] = await Promise.all([
    db().$queryRaw<{ id: string; number: number; activatedAt: Date; allowedIps: string[]; secretUndelivered: boolean }[]>`
      SELECT id, number, activated_at AS "activatedAt", allowed_ips AS "allowedIps",
        ${UNCONFIRMED} AND NOT EXISTS (SELECT FROM key_last_used u WHERE u.key_number = number) AS "secretUndelivered"
      FROM api_keys WHERE ${mine} AND status = 'active'`,
    db().$queryRaw<{ number: number; since: Date }[]>`
      SELECT number, deactivated_at AS since FROM api_keys WHERE ${mine} AND ${DEACTIVATING} ORDER BY deactivated_at DESC LIMIT 1`,
    db().$queryRaw<{ id: string; number: number }[]>(waiting(merchantId)),
    countKeys(merchantId),
  ]);
  return {
    active: active ? { ...active, activatedAt: active.activatedAt.toISOString() } : null,
    deactivating: deactivating ? { ...deactivating, since: deactivating.since.toISOString() } : null,
    waitingGenerated: waitingGenerated ?? null,
    total: listed + retired,
  };
}

async function page(first: StoredKey[], rest: StoredKey[], size: number, before: number | undefined): Promise<KeyPage> {
  const shown = rest.slice(0, size);
  const older = rest.length > size ? (shown.at(-1)?.number ?? null) : null;
  const all = [...first, ...shown];
  const numbers = all.map(({ number }) => number);
  const traffic = await trafficOf(runSqlAsApp, numbers);
  return { keys: all.map((key) => toRow(key, traffic.get(key.number))), older, newest: before === undefined };
}

function toRow({ generatedAt, activatedAt, deactivatedAt, retiredAt, ...key }: StoredKey, traffic: Traffic = NO_TRAFFIC): KeyRow {
  return {
    ...key,
    generatedAt: generatedAt.toISOString(),
    activatedAt: activatedAt?.toISOString() ?? null,
    deactivatedAt: deactivatedAt?.toISOString() ?? null,
    retiredAt: retiredAt?.toISOString() ?? null,
    traffic,
  };
}
