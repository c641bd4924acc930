import type { Role } from "../../access/roles";
import { query } from "../../platform/db/db";
import type { MerchantId, UserId } from "../../platform/ids";

/**
 * A member or an invited person. An invited person's row holds only what the Owner entered, so
 * that an Owner cannot find out whether they have an account.
 */
export type TeamRow = { userId: UserId; email: string; role: Role; since: string } & (
  | { kind: "member"; twoFactor: boolean; disabled: boolean; seenAt: string | null }
  | { kind: "invited"; over: boolean }
);

/** Members (Owners first), then the people who have not accepted yet. */
export async function listTeam(merchantId: MerchantId): Promise<TeamRow[]> {
  const [members, invited] = await Promise.all([membersOf(merchantId), invitedTo(merchantId)]);
  return [...members, ...invited];
}

type Stored<T> = Omit<T, "since" | "seenAt"> & { since: Date };
type Member = Extract<TeamRow, { kind: "member" }>;
type Invited = Extract<TeamRow, { kind: "invited" }>;

async function membersOf(merchantId: MerchantId): Promise<TeamRow[]> {
  const rows = await query<Stored<Member> & { seenAt: Date | null }>`
    SELECT 'member' AS kind, m.user_id AS "userId", u.email, m.role::text AS role, m.created_at AS since, u.disabled_at IS NOT NULL AS disabled,
      EXISTS (SELECT FROM totp_devices d WHERE d.user_id = m.user_id) AS "twoFactor",
      (SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = m.user_id AND s.stage = 'full') AS "seenAt"
    FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.merchant_id = ${merchantId}::uuid ORDER BY m.role, m.created_at, u.email`;
  return rows.map((row) => ({ ...row, since: row.since.toISOString(), seenAt: row.seenAt?.toISOString() ?? null }));
}

async function invitedTo(merchantId: MerchantId): Promise<TeamRow[]> {
  const rows = await query<Stored<Invited>>`
    SELECT 'invited' AS kind, i.user_id AS "userId", u.email, i.role::text AS role, i.created_at AS since, i.expires_at <= now() AS over
    FROM invitations i JOIN users u ON u.id = i.user_id
    WHERE i.merchant_id = ${merchantId}::uuid AND i.accepted_at IS NULL ORDER BY i.created_at, u.email`;
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
}

export type OpenInvitation = {
  id: string;
  merchant: string;
  number: number;
  role: Role;
  by: string | null;
  until: string;
};

/** The invitations that a user can accept now. */
export async function invitationsOf(userId: UserId): Promise<OpenInvitation[]> {
  const rows = await query<Omit<OpenInvitation, "until"> & { until: Date }>`
    SELECT i.id, m.name AS merchant, m.number, i.role::text AS role, b.email AS by, i.expires_at AS until
    FROM invitations i JOIN merchants m ON m.id = i.merchant_id LEFT JOIN users b ON b.id = i.invited_by
    WHERE i.user_id = ${userId}::uuid AND i.accepted_at IS NULL AND i.expires_at > now() ORDER BY i.created_at`;
  return rows.map((row) => ({ ...row, until: row.until.toISOString() }));
}
