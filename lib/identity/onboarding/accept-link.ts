import { invitationTokenHash } from "../../platform/crypto/invitation-token";
import { db } from "../../platform/db/db";

/** What an activation link leads to. `by` is null where the operator invited, `merchant` where it is a way back in. */
export type Link = {
  invitationId: string;
  userId: string;
  email: string;
  name: string;
  hash: string;
  disabled: boolean;
  device: boolean;
  merchant: string | null;
  by: string | null;
  until: Date;
};

/** An open link by its token: seven days old at most, not used up, not withdrawn, and not of somebody who has a password of their own by now. */
export async function openLink(token: string): Promise<Link | null> {
  const [link] = await db().$queryRaw<Link[]>`
    SELECT i.id AS "invitationId", u.id AS "userId", u.email, u.name, i.temporary_hash AS hash, u.disabled_at IS NOT NULL AS disabled,
      EXISTS (SELECT FROM totp_devices d WHERE d.user_id = u.id) AS device, m.name AS merchant, b.email AS by, i.expires_at AS until
    FROM invitations i JOIN users u ON u.id = i.user_id LEFT JOIN merchants m ON m.id = i.merchant_id LEFT JOIN users b ON b.id = i.invited_by
    WHERE i.token_hash = ${invitationTokenHash(token)} AND i.accepted_at IS NULL AND i.temporary_hash IS NOT NULL AND i.expires_at > now()`;
  return link ?? null;
}
