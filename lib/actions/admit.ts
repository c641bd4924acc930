import { isSameOrigin, type RequestInfo } from "../identity/session/request-info";
import { readSession, type Session } from "../identity/session/sessions";
import { sessionIdOf } from "../identity/session/token";
import { accept, type Result, refuse } from "../platform/result";

/**
 * The first three checks of every action, in this order: a live session of the stage that the
 * action is for, the dashboard's own Origin, and a script that reads the answer. A request of
 * another origin does not count as a use of the session. ASVS 5.0: 3.5.3, 7.4.1.
 */
export async function admit(info: RequestInfo, stage: Session["stage"]): Promise<Result<Session>> {
  const sessionId = sessionIdOf(info.token);
  const sameOrigin = isSameOrigin(info);
  const session = sessionId ? await readSession(sessionId, { touch: sameOrigin }) : null;
  if (session?.stage !== stage) return refuse({ code: "logged_out" });
  if (!sameOrigin) return refuse({ code: "foreign_origin" });
  return info.isScripted ? accept(session) : refuse({ code: "not_a_fetch" });
}
