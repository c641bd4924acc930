import { refuseIfBusy } from "../../platform/db/busy";
import type { SessionId } from "../../platform/ids";
import { accept, type Result, refuse } from "../../platform/result";
import { cookieNames } from "../session/cookies";
import { readSession } from "../session/sessions";
import { sessionIdOf } from "../session/token";
import { type SecondFactor, secondFactorOf } from "./second-factor";

type Cookies = { get(name: string): { value: string } | undefined };

/** Dialogs ask this before they refuse a code as used. It does not prolong the session. */
export async function secondFactorResponse(cookies: Cookies): Promise<Response> {
  const result = await refuseIfBusy(() => read(sessionIdOf(cookies.get(cookieNames().session)?.value)));
  const status = result.ok ? 200 : result.refusal.code === "busy" ? 503 : 401;
  return Response.json(result, { status, headers: { "Cache-Control": "no-store" } });
}

async function read(sessionId: SessionId | null): Promise<Result<SecondFactor>> {
  const session = sessionId ? await readSession(sessionId) : null;
  return session?.stage === "full" ? accept(await secondFactorOf(session.userId)) : refuse({ code: "logged_out" });
}
