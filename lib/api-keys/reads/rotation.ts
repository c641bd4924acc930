import { query, runSqlAsApp } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";
import { isSource } from "../../platform/ip-allowlist/covers";
import type { TakesOver } from "../lifecycle";
import { STATUS_NOW } from "../lock-key";
import { UNCONFIRMED } from "../reveal/unconfirmed";
import { sourcesOf } from "./sources";
import { TAKES_OVER_NOW } from "./takes-over";

type Pair = { id: string; number: number; takesOver: TakesOver; until: string };

/**
 * The pair on standby. `triedBy`: how many sources sent requests that were refused because the key
 * is on standby. `users`: how many sources used the active key in the last 7 days, and which of
 * them have not tried the pair; null if the sources are not known one by one.
 */
export type Standby = Pair & {
  madeAt: string;
  madeBy: string | null;
  triedBy: number;
  users: Users | null;
  secretUndelivered: boolean;
};

export type Users = { count: number; missing: string[] };

/**
 * The active key, if it became active by a take-over. `source`: where the request that took over
 * came from; null if an Owner took over.
 */
export type TookOver = {
  id: string;
  number: number;
  at: string;
  source: string | null;
  replaced: { number: number; refusedEverywhereAt: string | null } | null;
};

/**
 * The state of a merchant's rotation: on standby, expired without a take-over, or done. The last
 * two are reported for as long as `NEWS` says.
 */
export type Rotation = { standby: Standby | null; expired: Pair | null; tookOver: TookOver | null };

type Stored = Omit<Standby, "madeAt" | "until" | "triedBy" | "users"> & {
  state: "standby" | "expired" | "active";
  tried: string[];
  activeNumber: number | null;
  madeAt: Date;
  until: Date;
};
type Event = {
  at: Date;
  how: string | null;
  source: string | null;
  replaced: number | null;
  refusedEverywhereAt: Date | null;
};

/** How long the page reports that a rotation expired, or that a key took over. */
const NEWS = { expired: "7 days", tookOver: "1 day" };

/** Only the pair of the merchant's last rotation counts. It is read from the end of its index. */
export async function readRotation(merchantId: MerchantId): Promise<Rotation> {
  const [pair] = await query<Stored>`
    SELECT k.id, k.number, ${TAKES_OVER_NOW} AS "takesOver", k.standby_until AS until, k.generated_at AS "madeAt", u.email AS "madeBy",
      CASE ${STATUS_NOW} WHEN 'inactive' THEN 'expired' ELSE k.status::text END AS state, ${UNCONFIRMED} AS "secretUndelivered",
      ARRAY(SELECT DISTINCT r.source FROM refusals r
        WHERE (r.key_number, r.last_at) >= (k.number, k.generated_at) AND (r.key_number, r.last_at) <= (k.number, 'infinity'::timestamptz)
          AND r.reason = 'on_standby') AS tried,
      (SELECT a.number FROM api_keys a WHERE a.merchant_id = k.merchant_id AND a.status = 'active') AS "activeNumber"
    FROM (SELECT * FROM (SELECT id, merchant_id, number, takes_over, standby_until, generated_at, generated_by, status, first_activated_at, secret_received_at
      FROM api_keys WHERE merchant_id = ${merchantId}::uuid AND takes_over IS NOT NULL ORDER BY standby_until DESC LIMIT 1) last
      WHERE ${STATUS_NOW} = 'standby'
        OR status = 'active' AND first_activated_at > now() - ${NEWS.tookOver}::interval
        OR ${STATUS_NOW} = 'inactive' AND first_activated_at IS NULL AND standby_until > now() - ${NEWS.expired}::interval) k
      LEFT JOIN users u ON u.id = k.generated_by`;
  const none = { standby: null, expired: null, tookOver: null };
  if (!pair) return none;
  const { state, madeAt, madeBy, tried, activeNumber, secretUndelivered, ...rest } = pair;
  const until = pair.until.toISOString();
  if (state === "active") return { ...none, tookOver: await takeOverOf(merchantId, pair) };
  if (state === "expired") return { ...none, expired: { ...rest, until } };
  const users = rest.takesOver === "manual" && activeNumber !== null ? await usersOf(activeNumber, tried) : null;
  const made = { madeAt: madeAt.toISOString(), madeBy, secretUndelivered };
  return { ...none, standby: { ...rest, until, ...made, triedBy: tried.length, users } };
}

/** Both counts name a source alike: an IPv4 address, or an IPv6 network of 64 bits. */
async function usersOf(number: number, tried: readonly string[]): Promise<Users | null> {
  const used = (await sourcesOf(runSqlAsApp, number)).filter(({ accepted }) => accepted > 0);
  if (used.length === 0 || used.some(({ source }) => !isSource(source))) return null;
  return {
    count: used.length,
    missing: used.map(({ source }) => source).filter((source) => !tried.includes(source)),
  };
}

/** Null if the key has been activated in another way since. */
async function takeOverOf(
  merchantId: MerchantId,
  { id, number }: Pick<Stored, "id" | "number">,
): Promise<TookOver | null> {
  const [event] = await query<Event>`
    SELECT e.at, e.data->>'how' AS how, e.address AS source, o.number AS replaced, o.refused_everywhere_at AS "refusedEverywhereAt"
    FROM audit_events e LEFT JOIN api_keys o ON o.id = (e.data->>'replacedId')::uuid AND o.merchant_id = e.merchant_id
    WHERE e.api_key_id = ${id}::uuid AND e.merchant_id = ${merchantId}::uuid AND e.event IN ('api_key.took_over', 'api_key.activated')
    ORDER BY e.id DESC LIMIT 1`;
  if (!event?.how) return null;
  const { at, how, source, replaced, refusedEverywhereAt } = event;
  return {
    id,
    number,
    at: at.toISOString(),
    source: how === "first_request" ? source : null,
    replaced:
      replaced === null ? null : { number: replaced, refusedEverywhereAt: refusedEverywhereAt?.toISOString() ?? null },
  };
}
