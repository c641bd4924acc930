import { invitationToken, invitationTokenHash, parseInvitationKey } from "../platform/crypto/invitation-token";
import { db } from "../platform/db/db";
import { workerEnv } from "../platform/env";
import type { MerchantId } from "../platform/ids";
import type { Due } from "./claim";
import type { Mail, MailContext } from "./mail";
import { render } from "./render";

/** Composes a mail from its data and the present state. Null if its invitation was closed. */
export async function compose({ template, data, createdAt }: Due): Promise<Mail | null> {
  const { merchantId, invitationId } = data as { merchantId?: MerchantId; invitationId?: string };
  const invitation = invitationId ? await activationLink(invitationId) : null;
  if (invitationId && !invitation) return null;
  const merchant = merchantId ? await merchantOf(merchantId) : null;
  return render(template, data, { at: createdAt, merchant, support: workerEnv().SUPPORT_CONTACT, invitation });
}

function merchantOf(id: string) {
  return db().merchant.findUnique({ where: { id }, select: { name: true, number: true } });
}

/**
 * Makes the link valid before the mail is sent. Every attempt renews the full seven days, because
 * the mail may have waited for its server.
 */
async function activationLink(invitationId: string): Promise<MailContext["invitation"]> {
  const { INVITATION_KEY, PUBLIC_ORIGIN } = workerEnv();
  const token = invitationToken(parseInvitationKey(INVITATION_KEY), invitationId);
  const [open] = await db().$queryRaw<{ until: Date }[]>`
    UPDATE invitations SET token_hash = ${invitationTokenHash(token)}, expires_at = now() + interval '7 days'
    WHERE id = ${invitationId}::uuid AND accepted_at IS NULL RETURNING expires_at AS until`;
  return open ? { link: `${PUBLIC_ORIGIN}/first-login?token=${token}`, until: open.until } : null;
}
