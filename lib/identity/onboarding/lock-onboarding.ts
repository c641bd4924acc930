import { authorizeSelf } from "../../actions/authorize";
import type { CurrentUser } from "../../actions/own-action";
import type { Tx } from "../../platform/db/db";
import type { UserId } from "../../platform/ids";
import { RollbackWith } from "../../platform/result";
import { NO_PROOF } from "../second-factor/challenge";
import type { Session } from "../session/sessions";

/** A session's first login. Its user, session and invitation are locked until COMMIT. */
export type Onboarding = {
  invitationId: string;
  sealedSeed: Uint8Array | null;
  keyVersion: number | null;
  device: boolean;
  at: number;
};

/**
 * Makes the steps of one user run one after the other. @throws RollbackWith `logged_out` if the
 * session is over, or the invitation accepted or withdrawn
 */
export async function lockOnboarding(
  tx: Tx,
  self: CurrentUser,
  stage: Exclude<Session["stage"], "full">,
): Promise<Onboarding> {
  await authorizeSelf(tx, self, NO_PROOF, stage);
  const { userId, sessionId } = self;
  const [found] = await tx.$queryRaw<Onboarding[]>`
    SELECT i.id AS "invitationId", f.sealed_seed AS "sealedSeed", f.key_version AS "keyVersion",
      EXISTS (SELECT FROM totp_devices d WHERE d.user_id = s.user_id) AS device, extract(epoch FROM clock_timestamp())::float8 AS at
    FROM first_logins f JOIN sessions s ON s.id = f.session_id JOIN invitations i ON i.id = f.invitation_id
    WHERE s.id = ${sessionId}::uuid AND s.user_id = ${userId}::uuid AND i.accepted_at IS NULL
      AND i.temporary_hash IS NOT NULL FOR UPDATE OF i`;
  if (!found) throw new RollbackWith(tx, { code: "logged_out" });
  return found;
}

/** Deletes the first logins of all the user's sessions, with every seed that was not enrolled. */
export async function forgetFirstLogins(tx: Tx, userId: UserId): Promise<void> {
  await tx.$executeRaw`DELETE FROM first_logins WHERE session_id IN (SELECT id FROM sessions WHERE user_id = ${userId}::uuid)`;
}
