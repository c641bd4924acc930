import type { Role } from "../access/roles";
import type { RunSql } from "../platform/db/db";
import type { MerchantId, UserId } from "../platform/ids";

/** What decides whether a member can log in. Times are ISO; null if there is none. */
export type LoginState = {
  disabled: boolean;
  hasDevice: boolean;
  passkeys: number;
  /** Support reset their access, and they have not logged in since. */
  wasReset: boolean;
  linkUntil: string | null;
  seenAt: string | null;
  loginLockedUntil: string | null;
  loginDisabled: boolean;
  changesLockedUntil: string | null;
  changesDisabled: boolean;
};

export type SupportMember = { userId: UserId; email: string; name: string; role: Role; since: string } & (
  | { kind: "member"; login: LoginState }
  | { kind: "invited"; until: string; isOver: boolean }
);

/** Pass `after` for the next page; it is null on the last one. */
export type MemberPage = { members: SupportMember[]; after: string | null; first: boolean };

const PAGE = 25;

/** A merchant's members and invited people, by email. A page begins after the email of `after`. */
export async function readMembers(runSql: RunSql, merchantId: MerchantId, after: string | null): Promise<MemberPage> {
  const rows = await runSql<Row>(SELECT, [merchantId, after, PAGE + 1]);
  const shown = rows.slice(0, PAGE);
  return {
    members: shown.map(toMember),
    after: rows.length > PAGE ? (shown.at(-1)?.userId ?? null) : null,
    first: after === null,
  };
}

/** Reads login states only for this page: OFFSET 0 keeps PostgreSQL from joining whole tables. */
const SELECT = `
  WITH page AS MATERIALIZED (
    SELECT u.id, u.email, u.name, u.disabled_at IS NOT NULL AS disabled, p.kind, p.role, p.since, p.until
    FROM (
      SELECT 'member' AS kind, user_id, role, created_at AS since, NULL::timestamptz AS until FROM memberships WHERE merchant_id = $1::uuid
      UNION ALL SELECT 'invited', user_id, role, created_at, expires_at FROM open_invitations WHERE merchant_id = $1::uuid
    ) p CROSS JOIN LATERAL (SELECT id, email, name, disabled_at FROM users WHERE id = p.user_id OFFSET 0) u
    WHERE $2::uuid IS NULL OR u.email > (SELECT email FROM users WHERE id = $2::uuid)
    ORDER BY u.email LIMIT $3::int
  )
  SELECT p.id AS "userId", p.email, p.name, p.disabled, p.kind, p.role::text AS role, p.since, p.until, p.until <= now() AS "isOver",
    l.has_device AS "hasDevice", l.passkeys, l.was_reset AS "wasReset", l.link_until AS "linkUntil", l.seen_at AS "seenAt",
    l.login_locked_until AS "loginLockedUntil", l.login_disabled AS "loginDisabled",
    l.changes_locked_until AS "changesLockedUntil", l.changes_disabled AS "changesDisabled"
  FROM page p CROSS JOIN LATERAL (SELECT * FROM login_states s WHERE s.user_id = p.id OFFSET 0) l ORDER BY p.email`;

type Times = "linkUntil" | "seenAt" | "loginLockedUntil" | "changesLockedUntil";
type Row = Omit<LoginState, Times> &
  Record<Times, Date | null> & { userId: UserId; email: string; name: string; role: Role; since: Date } & (
    | { kind: "member" }
    | { kind: "invited"; until: Date; isOver: boolean }
  );

function toMember(row: Row): SupportMember {
  const { userId, email, name, role, since } = row;
  const person = { userId, email, name, role, since: since.toISOString() };
  if (row.kind === "invited") return { ...person, kind: "invited", until: row.until.toISOString(), isOver: row.isOver };
  const { disabled, hasDevice, passkeys, wasReset, loginDisabled, changesDisabled } = row;
  const iso = (name: Times) => row[name]?.toISOString() ?? null;
  const times = {
    ...{ linkUntil: iso("linkUntil"), seenAt: iso("seenAt") },
    ...{ loginLockedUntil: iso("loginLockedUntil"), changesLockedUntil: iso("changesLockedUntil") },
  };
  return {
    ...person,
    kind: "member",
    login: { disabled, hasDevice, passkeys, wasReset, loginDisabled, changesDisabled, ...times },
  };
}
