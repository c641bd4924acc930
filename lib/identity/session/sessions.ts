import { randomUUID } from "node:crypto";
import { type Recorded, record, recordAll } from "../../audit/record";
import { Prisma } from "../../generated/prisma/client";
import { db, query, type Tx, transaction } from "../../platform/db/db";
import type { SessionId, UserId } from "../../platform/ids";
import { IDLE_SECONDS, LIFETIME_SECONDS } from "./lifetime";

const IDLE = Prisma.raw(`interval '${IDLE_SECONDS} s'`);
const LIFETIME = Prisma.raw(`interval '${LIFETIME_SECONDS} s'`);

/** A live session and its user, freshly read from the database. */
export type Session = {
  id: string;
  userId: UserId;
  email: string;
  name: string;
  staffRole: "support" | null;
  stage: "enrol" | "new_password" | "full";
};

export type Ending = "idle" | "expired" | "elsewhere" | "role" | "removed";

type Beginning = { userId: UserId; stage?: Session["stage"]; address: string | null; userAgent: string | null };

/**
 * Inserts the row that makes a login revocable. It is valid for 12 hours on the database's clock
 * (ASVS 5.0 7.3.2).
 */
export async function beginSession(
  tx: Tx,
  { userId, stage = "full", address, userAgent }: Beginning,
): Promise<{ id: string }> {
  const id = randomUUID();
  await tx.$executeRaw`
    INSERT INTO sessions (id, user_id, stage, expires_at, address, user_agent)
    VALUES (${id}::uuid, ${userId}::uuid, ${stage}::"SessionStage", now() + ${LIFETIME}, ${address}, ${userAgent?.slice(0, 300) ?? null})`;
  await record(tx, { userId, sessionId: id, address }, "session.began");
  return { id };
}

/** Whether a session s has lapsed: unused for too long, or too old. ASVS 5.0: 7.3.1, 7.3.2. */
export const LAPSED = Prisma.sql`(s.expires_at <= now() OR s.seen_at <= now() - ${IDLE})`;

/** Whether a session s is live: not ended, and not lapsed. */
export const LIVE = Prisma.sql`(s.ended_at IS NULL AND NOT ${LAPSED})`;

/**
 * Returns the session, or null if it is not live or its user is disabled (ASVS 5.0 7.4.2). `touch`
 * records the use, at most once a minute.
 */
export async function readSession(id: string, { touch = false } = {}): Promise<Session | null> {
  const [row] = await query<Session & { unwritten: boolean }>`
    SELECT s.id, s.stage, s.user_id AS "userId", u.email, u.name, u.staff_role AS "staffRole", s.seen_at < now() - interval '1 minute' AS unwritten
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ${id}::uuid AND u.disabled_at IS NULL AND ${LIVE}`;
  if (!row) return null;
  const { unwritten, ...session } = row;
  if (touch && unwritten) await touchSession(id);
  return session;
}

/** Seconds until a session ends: `idle` without further requests, `end` at the latest. */
export type SessionLeft = { idle: number; end: number };

/** Null unless it is a live, full session of an enabled user. Does not count as a use of it. */
export async function sessionLeft(id: string): Promise<SessionLeft | null> {
  const [row] = await query<SessionLeft>`
    SELECT extract(epoch FROM s.seen_at + ${IDLE} - now())::float8 AS idle, extract(epoch FROM s.expires_at - now())::float8 AS end
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ${id}::uuid AND s.stage = 'full' AND u.disabled_at IS NULL AND ${LIVE}`;
  return row ?? null;
}

/** Why a session is over, in the terms that its user is shown. */
export async function endingOf(id: string): Promise<Ending | null> {
  const [row] = await query<{ ending: Ending | null }>`
    SELECT CASE WHEN ended_reason = 'role_changed' THEN 'role' WHEN ended_reason = 'removed' THEN 'removed'
      WHEN ended_reason = 'lapsed' THEN CASE WHEN expires_at <= ended_at THEN 'expired' ELSE 'idle' END
      WHEN ended_at IS NOT NULL THEN 'elsewhere' WHEN expires_at <= now() THEN 'expired'
      WHEN seen_at <= now() - ${IDLE} THEN 'idle' END AS ending
    FROM sessions WHERE id = ${id}::uuid`;
  return row?.ending ?? null;
}

/** Does not wait for an operation that has locked the session: it has already recorded a use. */
async function touchSession(id: string): Promise<void> {
  await db().$executeRaw`
    UPDATE sessions SET seen_at = now() WHERE id = (
      SELECT id FROM sessions WHERE id = ${id}::uuid AND ended_at IS NULL AND seen_at < now() - interval '1 minute' FOR NO KEY UPDATE SKIP LOCKED)`;
}

/** Ends a session, by a request from `address`. Repeating it changes nothing. */
export async function endSession(
  id: string,
  reason: "logged_out" | "disabled" | "replaced",
  address: string | null,
): Promise<void> {
  await transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ userId: UserId }[]>`
      UPDATE sessions SET ended_at = now(), ended_reason = ${reason} WHERE id = ${id}::uuid AND ended_at IS NULL RETURNING user_id AS "userId"`;
    if (row) await record(tx, { userId: row.userId, sessionId: id, address }, "session.ended", { data: { reason } });
  });
}

/**
 * Ends every session of a user, in the transaction of the change that requires it. That
 * transaction must have locked the user. `except` is the session that makes the change. Returns
 * how many ended.
 */
export async function endSessionsOf(
  tx: Tx,
  userId: UserId,
  { except, reason }: { except?: string; reason: string },
): Promise<number> {
  const ended = await tx.$queryRaw<{ id: SessionId }[]>`
    UPDATE sessions SET ended_at = now(), ended_reason = ${reason}
    WHERE user_id = ${userId}::uuid AND ended_at IS NULL AND expires_at > now() AND id IS DISTINCT FROM ${except ?? null}::uuid RETURNING id`;
  await recordAll(
    tx,
    ended.map(({ id }) => sessionEnded(id, userId, reason)),
  );
  return ended.length;
}

/** The event of a session that ended without a request of its own. */
export const sessionEnded = (sessionId: SessionId, subjectId: UserId, reason: string): Recorded => ({
  actor: { kind: "system", sessionId },
  event: "session.ended",
  subjectId,
  data: { reason },
});
