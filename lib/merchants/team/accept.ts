import type { Role } from "../../access/roles";
import { authorizeSelf } from "../../actions/authorize";
import type { CurrentUser } from "../../actions/own-action";
import { record } from "../../audit/record";
import { NO_PROOF } from "../../identity/second-factor/challenge";
import { inTransaction, type Tx } from "../../platform/db/db";
import type { MerchantId } from "../../platform/ids";
import { type Result, RollbackWith } from "../../platform/result";

/**
 * Accepts an invitation to a merchant for a logged-in user. An expired or withdrawn invitation, or
 * another user's, gives `not_found`.
 */
export function acceptInvitation(
  self: CurrentUser,
  { invitationId }: { invitationId: string },
): Promise<Result<{ merchantId: MerchantId }>> {
  return inTransaction(async (tx) => {
    await authorizeSelf(tx, self, NO_PROOF);
    const [open] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM invitations WHERE id = ${invitationId}::uuid AND user_id = ${self.userId}::uuid AND merchant_id IS NOT NULL
        AND accepted_at IS NULL AND expires_at > now() FOR UPDATE`;
    if (!open) throw new RollbackWith(tx, { code: "not_found" });
    const merchantId = await joinMerchant(tx, self, open.id);
    if (!merchantId) throw new RollbackWith(tx, { code: "not_found" });
    return { merchantId };
  });
}

type Joining = Pick<CurrentUser, "userId" | "sessionId" | "address">;

/** Closes a locked invitation and creates its membership. Null if it is for no merchant. */
export async function joinMerchant(
  tx: Tx,
  { userId, sessionId, address }: Joining,
  invitationId: string,
): Promise<string | null> {
  const [{ merchantId, role } = { merchantId: null, role: null }] = await tx.$queryRaw<
    { merchantId: MerchantId | null; role: Role | null }[]
  >`
    UPDATE invitations SET accepted_at = now(), token_hash = NULL, temporary_hash = NULL WHERE id = ${invitationId}::uuid
    RETURNING merchant_id AS "merchantId", role::text AS role`;
  if (!merchantId || !role) return null;
  await tx.membership.createMany({ data: { merchantId, userId, role }, skipDuplicates: true });
  await record(tx, { userId, merchantId, sessionId, address }, "team.joined", { subjectId: userId, data: { role } });
  return merchantId;
}
