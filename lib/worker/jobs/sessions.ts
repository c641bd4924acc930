import { recordAll } from "../../audit/record";
import { Prisma } from "../../generated/prisma/client";
import { LAPSED, sessionEnded } from "../../identity/session/sessions";
import { transaction } from "../../platform/db/db";
import type { SessionId, UserId } from "../../platform/ids";
import { KEPT_DAYS } from "../../words/last-seen";
import { deleteRows, someRows } from "./delete-rows";

/**
 * Ends sessions that `readSession` already refuses (15 minutes without use, 12 hours old), and
 * records an event for each. @returns how many
 */
export function endLapsedSessions(most = 200): Promise<number> {
  return transaction(async (tx) => {
    const ended = await tx.$queryRaw<{ id: SessionId; userId: UserId }[]>`
      UPDATE sessions SET ended_at = now(), ended_reason = 'lapsed'
      WHERE ${someRows("sessions s", Prisma.sql`s.ended_at IS NULL AND ${LAPSED} ORDER BY s.expires_at`, most)}
      RETURNING id, user_id AS "userId"`;
    await recordAll(
      tx,
      ended.map(({ id, userId }) => sessionEnded(id, userId, "lapsed")),
    );
    return ended.length;
  });
}

/** Deletes sessions some time after their end; their audit events stay. @returns how many */
export function deleteOldSessions(most = 1_000): Promise<number> {
  return deleteRows("sessions", Prisma.sql`ended_at <= now() - make_interval(days => ${KEPT_DAYS}::int)`, most);
}
