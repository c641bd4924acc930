import { authorizeSelf } from "../../actions/authorize";
import type { CurrentUser } from "../../actions/own-action";
import { record } from "../../audit/record";
import { notify } from "../../mail/enqueue";
import { inTransaction, type Tx } from "../../platform/db/db";
import type { SessionId } from "../../platform/ids";
import { type Result, RollbackWith } from "../../platform/result";
import { NO_PROOF } from "../second-factor/challenge";
import { endSessionsOf } from "../session/sessions";

/**
 * Ends another session of the user. One that has already ended is left as it is. The current
 * session and other users' sessions give `not_found`.
 */
export function endOneSession(
  self: CurrentUser,
  { sessionId }: { sessionId: SessionId },
): Promise<Result<{ ended: number }>> {
  return inTransaction(async (tx) => {
    await authorizeSelf(tx, self, NO_PROOF);
    const found = await tx.session.findFirst({ where: { id: sessionId, userId: self.userId }, select: { id: true } });
    if (!found || sessionId === self.sessionId) throw new RollbackWith(tx, { code: "not_found" });
    const ended = await tx.$executeRaw`
      UPDATE sessions SET ended_at = now(), ended_reason = 'ended' WHERE id = ${sessionId}::uuid AND ended_at IS NULL`;
    if (ended > 0) await record(tx, { ...self, sessionId }, "session.ended", { data: { reason: "ended" } });
    await tell(tx, self, ended);
    return { ended };
  });
}

/** Ends every session of the user except the current one. */
export function endOtherSessions(self: CurrentUser): Promise<Result<{ ended: number }>> {
  return inTransaction(async (tx) => {
    await authorizeSelf(tx, self, NO_PROOF);
    const ended = await endSessionsOf(tx, self.userId, { except: self.sessionId, reason: "ended" });
    await tell(tx, self, ended);
    return { ended };
  });
}

async function tell(tx: Tx, { userId, email, address }: CurrentUser, count: number): Promise<void> {
  if (count > 0)
    await notify(tx, { to: { userId }, template: "sessions_ended", data: { by: email, from: address, count } });
}
