import { invitationTokenHash } from "../../platform/crypto/invitation-token";
import { db } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";

/**
 * What an activation link leads to. `by` is null if the operator sent the invitation; `merchant`
 * is null if the link only resets a user's access.
 */
export type Link = {
  invitationId: string;
  userId: UserId;
  email: string;
  name: string;
  hash: string;
  disabled: boolean;
  device: boolean;
  merchant: string | null;
  by: string | null;
  until: Date;
};

/**
 * Finds an open link by its token. An open link is not expired (seven days), not accepted and not
 * withdrawn, and its user has not set a password in the meantime.
 */
export async function openLink(token: string): Promise<Link | null> {
  const [link] = await db().$queryRaw<Link[]>`
    SELECT i.id AS "invitationId", u.id AS "userId", u.email, u.name, i.temporary_hash AS hash, u.disabled_at IS NOT NULL AS disabled,
      EXISTS (SELECT FROM totp_devices d WHERE d.user_id = u.id) AS device, m.name AS merchant, b.email AS by, i.expires_at AS until
    FROM invitations i JOIN users u ON u.id = i.user_id LEFT JOIN merchants m ON m.id = i.merchant_id LEFT JOIN users b ON b.id = i.invited_by
    WHERE i.token_hash = ${invitationTokenHash(token)} AND i.accepted_at IS NULL AND i.temporary_hash IS NOT NULL AND i.expires_at > now()`;
  return link ?? null;
}
