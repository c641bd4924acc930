import type { Role } from "../../access/roles";
import { STATUS_NOW } from "../../api-keys/lock-key";
import { db } from "../../platform/db/db";

export type FoundMerchant = { id: string; number: number; name: string; mode: "live" | "test" };

export const merchantByNumber = (number: number): Promise<FoundMerchant | null> =>
  db().merchant.findUnique({ where: { number }, select: { id: true, number: true, name: true, mode: true } });

export type FoundUser = {
  email: string;
  name: string;
  disabled: boolean;
  staff: boolean;
  hasDevice: boolean;
  roles: { merchant: string; number: number; role: Role; lastOwner: boolean }[];
};

/**
 * A user as the admin command shows them before it asks for confirmation. `lastOwner`: no other
 * Owner of that merchant can log in.
 */
export async function userByEmail(email: string): Promise<FoundUser | null> {
  const user = await db().user.findUnique({
    where: { email },
    select: {
      ...{ id: true, email: true, name: true, disabledAt: true, staffRole: true },
      totpDevice: { select: { userId: true } },
    },
  });
  if (!user) return null;
  const roles = await db().$queryRaw<FoundUser["roles"]>`
    SELECT m.name || ' (' || m.number || ')' AS merchant, m.number, s.role::text AS role, s.role = 'owner' AND NOT EXISTS (
      SELECT FROM memberships o JOIN users u ON u.id = o.user_id
      WHERE o.merchant_id = m.id AND o.role = 'owner' AND o.user_id <> s.user_id AND u.disabled_at IS NULL) AS "lastOwner"
    FROM memberships s JOIN merchants m ON m.id = s.merchant_id WHERE s.user_id = ${user.id}::uuid ORDER BY m.number`;
  const { name, disabledAt, staffRole, totpDevice } = user;
  return {
    email,
    name,
    disabled: disabledAt !== null,
    staff: staffRole !== null,
    hasDevice: totpDevice !== null,
    roles,
  };
}

export type FoundKey = {
  id: string;
  number: number;
  status: "generated" | "active" | "inactive" | "retired" | "standby";
  merchant: FoundMerchant;
};

export async function keyByNumber(number: number): Promise<FoundKey | null> {
  const key = await db().apiKey.findUnique({
    where: { number },
    select: { id: true, merchant: { select: { id: true, number: true, name: true, mode: true } } },
  });
  const [now] = await db().$queryRaw<Pick<FoundKey, "status">[]>`
    SELECT ${STATUS_NOW}::text AS status FROM api_keys WHERE number = ${number}`;
  return key && now ? { ...key, ...now, number } : null;
}

export type ListedGateway = {
  name: string;
  version: string;
  started: Date;
  seenAt: Date;
  secondsAgo: number;
  keysBehind: number | null;
};

/** Whether a version of the sealing key was ever used here, including removed ones. */
export async function isKnownSealingVersion(version: number): Promise<boolean> {
  const [row] = await db().$queryRaw<{ known: boolean }[]>`
    SELECT EXISTS (SELECT FROM sealing_keys WHERE version = ${version}) OR EXISTS (SELECT FROM api_keys WHERE key_version = ${version})
      OR EXISTS (SELECT FROM audit_events WHERE event = 'sealing_key.removed' AND data @> jsonb_build_object('version', ${version}::int)) AS known`;
  return row?.known ?? false;
}

/**
 * Every gateway that a deactivation waits for, with how many keys have a change that it has not
 * applied: null if it has applied none of this server's yet.
 */
export const listGateways = (): Promise<ListedGateway[]> =>
  db().$queryRaw`
    SELECT g.name, g.version, g.started, g.seen_at AS "seenAt",
      greatest(0, floor(extract(epoch FROM clock_timestamp() - g.seen_at)))::int AS "secondsAgo",
      CASE WHEN pg_snapshot_xmax(g.applied) <= pg_snapshot_xmax(pg_current_snapshot()) THEN (
        SELECT count(*)::int FROM api_keys k
        WHERE k.changed_xid >= pg_snapshot_xmin(g.applied) AND NOT pg_visible_in_snapshot(k.changed_xid, g.applied)) END AS "keysBehind"
    FROM gateways g ORDER BY g.name, g.started`;
