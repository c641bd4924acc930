import { isOwner, isRestricted, type Role } from "../access/roles";
import { query } from "../platform/db/db";
import type { MerchantId, UserId } from "../platform/ids";

export type Mode = "live" | "test";
export type ListedMerchant = { id: string; name: string; number: number; mode: Mode; role: Role };

/** The merchants that a user has access to, by name, without those where the role is Restricted. */
export async function listMerchants(userId: UserId): Promise<ListedMerchant[]> {
  const memberships = await query<ListedMerchant>`
    SELECT m.id, m.name, m.number, m.mode::text AS mode, s.role::text AS role FROM memberships s JOIN merchants m ON m.id = s.merchant_id
    WHERE s.user_id = ${userId}::uuid ORDER BY m.name, m.number`;
  return memberships.filter(({ role }) => !isRestricted(role));
}

/**
 * `version` changes whenever the merchant's pages have something new to show. It has two parts,
 * with a dot between them. The first changes with the merchant, and when an address tries a pair
 * on standby for the first time; the second changes with the traffic.
 */
export type MerchantHead = { name: string; number: number; mode: Mode; version: string };

/**
 * Every change of a merchant writes an audit event, so the latest event stands for all of them.
 * Traffic is the uses and refusals of the active key, what is found in its last refusal, and the
 * refusals of the key on standby.
 */
export async function merchantHead(merchantId: MerchantId): Promise<MerchantHead> {
  const [head] = await query<MerchantHead>`
    SELECT m.name, m.number, m.mode::text AS mode, concat(
        left(md5(concat_ws(' ', (SELECT max(e.id) FROM audit_events e WHERE e.merchant_id = m.id), k.number, tries.sources)), 16), '.',
        left(md5(concat_ws(' ', used.at, refused.last_at, refused.looked_at, tried.last_at)), 16)) AS version
    FROM merchants m
      LEFT JOIN api_keys k ON k.merchant_id = m.id AND k.status = 'active'
      LEFT JOIN LATERAL (SELECT u.at FROM key_last_used u WHERE u.key_number = k.number LIMIT 1) used ON true
      LEFT JOIN LATERAL (
        SELECT r.last_at, r.looked_at FROM refusals r
        WHERE (r.key_number, r.last_at) >= (k.number, '-infinity'::timestamptz) AND (r.key_number, r.last_at) <= (k.number, 'infinity'::timestamptz)
        ORDER BY r.key_number DESC, r.last_at DESC LIMIT 1) refused ON true
      LEFT JOIN api_keys s ON s.merchant_id = m.id AND s.status = 'standby'
      LEFT JOIN LATERAL (
        SELECT r.last_at FROM refusals r
        WHERE (r.key_number, r.last_at) >= (s.number, '-infinity'::timestamptz) AND (r.key_number, r.last_at) <= (s.number, 'infinity'::timestamptz)
        ORDER BY r.key_number DESC, r.last_at DESC LIMIT 1) tried ON true
      LEFT JOIN LATERAL (
        SELECT count(DISTINCT r.source) AS sources FROM refusals r
        WHERE (r.key_number, r.last_at) >= (s.number, '-infinity'::timestamptz) AND (r.key_number, r.last_at) <= (s.number, 'infinity'::timestamptz)
          AND r.reason = 'on_standby') tries ON true
    WHERE m.id = ${merchantId}::uuid`;
  if (!head) throw new Error("A member's merchant is gone.");
  return head;
}

/**
 * Changes whenever the page of a user's merchants may have something new to show: a role, an event
 * of a merchant, or an open invitation.
 */
export async function merchantListVersion(userId: UserId): Promise<string> {
  const [own] = await query<{ version: string }>`
    SELECT md5(concat_ws(' ',
      (SELECT string_agg(concat_ws(' ', m.role, (SELECT max(e.id) FROM audit_events e WHERE e.merchant_id = m.merchant_id)), ',' ORDER BY m.merchant_id)
       FROM memberships m WHERE m.user_id = ${userId}::uuid),
      (SELECT count(*) FROM invitations i WHERE i.user_id = ${userId}::uuid AND i.accepted_at IS NULL AND i.expires_at > now()))) AS version`;
  return own?.version ?? "";
}

export type Owner = { userId: UserId; email: string; since: string };
export type Overview = { mode: Mode; since: string; people: number; owners: Owner[]; memberSince: string };

type Person = { mode: Mode; createdAt: Date; userId: UserId; role: Role; since: Date; email: string };

/** What every member may know about a merchant. Disabled users are not counted. */
export async function merchantOverview(merchantId: MerchantId, userId: UserId): Promise<Overview> {
  const people = await query<Person>`
    SELECT m.mode::text AS mode, m.created_at AS "createdAt", s.user_id AS "userId", s.role::text AS role, s.created_at AS since, u.email
    FROM merchants m JOIN memberships s ON s.merchant_id = m.id JOIN users u ON u.id = s.user_id
    WHERE m.id = ${merchantId}::uuid AND u.disabled_at IS NULL ORDER BY s.created_at, u.email`;
  const [first] = people;
  if (!first) throw new Error("A member's merchant is gone.");
  return {
    mode: first.mode,
    since: first.createdAt.toISOString(),
    people: people.length,
    owners: people.filter(({ role }) => isOwner(role)).map(toOwner),
    memberSince: (people.find((person) => person.userId === userId)?.since ?? first.createdAt).toISOString(),
  };
}

const toOwner = ({ userId, email, since }: Person): Owner => ({ userId, email, since: since.toISOString() });
