import type { Role } from "../access/roles";
import type { RunSql } from "../db";

export type SupportMember = { userId: string; email: string; name: string; role: Role; since: string; disabled: boolean };

/** `after` is what to pass for the next page, null on the last. */
export type MemberPage = { members: SupportMember[]; after: string | null; first: boolean };

const PAGE = 25;

/** The people of a merchant by e-mail, which also says where a page begins. */
export async function readMembers(runSql: RunSql, merchantId: string, after: string | null): Promise<MemberPage> {
  const rows = await runSql<Omit<SupportMember, "since"> & { since: Date }>(
    `SELECT u.id AS "userId", u.email, u.name, m.role::text AS role, m.created_at AS since, u.disabled_at IS NOT NULL AS disabled
     FROM memberships m JOIN users u ON u.id = m.user_id
     WHERE m.merchant_id = $1::uuid AND ($2::uuid IS NULL OR u.email > (SELECT email FROM users WHERE id = $2::uuid))
     ORDER BY u.email LIMIT $3::int`,
    [merchantId, after, PAGE + 1],
  );
  const shown = rows.slice(0, PAGE);
  return {
    members: shown.map(({ since, ...member }) => ({ ...member, since: since.toISOString() })),
    after: rows.length > PAGE ? (shown.at(-1)?.userId ?? null) : null,
    first: after === null,
  };
}
