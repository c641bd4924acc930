import { randomBytes } from "node:crypto";
import { db, type Statements } from "../../../platform/db/db";
import type { SessionId, UserId } from "../../../platform/ids";

/**
 * What a challenge is signed for, and by whom. A login's challenge is stored without a user,
 * because the user is not known yet when it is made.
 */
export type Purpose =
  | { purpose: "login"; userId: UserId }
  | { purpose: "step_up"; userId: UserId; sessionId: SessionId; binding: Uint8Array<ArrayBuffer> }
  | { purpose: "registration"; userId: UserId; sessionId: SessionId };

export type ChallengeRequest =
  | { purpose: "login" }
  | Extract<Purpose, { purpose: "step_up" }>
  | (Extract<Purpose, { purpose: "registration" }> & { name: string });

/** 256 random bits, valid for two minutes and one use. */
export async function makeChallenge(sql: Statements, wanted: ChallengeRequest): Promise<string> {
  const challenge = randomBytes(32).toString("base64url");
  await sql.passkeyChallenge.create({ data: { challenge, ...wanted }, select: { id: true } });
  return challenge;
}

/** Finds a challenge that was made for exactly this purpose and is neither used nor expired. */
export async function findChallenge(
  challenge: string,
  wanted: Purpose,
): Promise<{ id: string; name: string | null } | null> {
  const { userId, sessionId, binding } = {
    sessionId: null,
    binding: null,
    ...wanted,
    ...(wanted.purpose === "login" && { userId: null }),
  };
  const [row] = await db().$queryRaw<{ id: string; name: string | null }[]>`
    SELECT id, name FROM passkey_challenges
    WHERE challenge = ${challenge} AND purpose = ${wanted.purpose} AND expires_at > now()
      AND user_id IS NOT DISTINCT FROM ${userId}::uuid AND session_id IS NOT DISTINCT FROM ${sessionId}::uuid
      AND binding IS NOT DISTINCT FROM ${binding}::bytea`;
  return row ?? null;
}
