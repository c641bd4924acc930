import { randomUUID } from "node:crypto";
import { cookieNames } from "@/lib/identity/session/cookies";
import type { RequestInfo } from "@/lib/identity/session/request-info";
import { sessionToken } from "@/lib/identity/session/token";
import { asOwner } from "./owner";

export type Stage = "enrol" | "new_password" | "full";
export type Minted = { sessionId: string; cookie: { name: string; value: string } };

/** The address of everybody in this kit. */
export const ADDRESS = "203.0.113.7";

/** A session row and its event, as `beginSession` writes them. @returns its ID */
export async function insertSession(userId: string, stage: Stage = "full"): Promise<string> {
  const id = randomUUID();
  await asOwner(SESSION, [id, userId, stage, ADDRESS, "kit"]);
  return id;
}

const SESSION = `
  WITH made AS (
    INSERT INTO sessions (id, user_id, stage, expires_at, address, user_agent)
    VALUES ($1, $2, $3::"SessionStage", now() + interval '12 hours', $4, $5))
  INSERT INTO audit_events (event, actor_kind, actor_id, session_id, address) VALUES ('session.began', 'user', $2, $1, $4)`;

/** A session row and its cookie, as a login leaves them, without the form. */
export async function mintSession({ userId }: { userId: string }, stage: Stage = "full"): Promise<Minted> {
  const id = await insertSession(userId, stage);
  return { sessionId: id, cookie: { name: cookieNames().session, value: sessionToken(id) } };
}

/** Only the cookie, for a browser or a plain request. */
export async function sessionCookie(person: { userId: string }): Promise<Minted["cookie"]> {
  return (await mintSession(person)).cookie;
}

/** The request info of a good request from the dashboard. A test spoils one of its facts. */
export function validRequestInfo({ cookie }: Minted): RequestInfo {
  return {
    token: cookie.value,
    origin: process.env.PUBLIC_ORIGIN ?? null,
    fetchSite: "same-origin",
    address: ADDRESS,
    userAgent: "kit",
    isScripted: true,
    prefetch: false,
  };
}
