import type { IncomingHttpHeaders } from "node:http";
import { cookieNames } from "../identity/session/cookies";
import { sessionIdOf } from "../identity/session/token";
import { MOST_BODY_BYTES, MOST_SIGN_IN_BYTES } from "./body-limits";

/** The two routes that somebody who is not logged in can post to. */
const SIGN_IN = ["/api/auth/callback/credentials", "/api/auth/callback/invitation"];

type Asked = { method: string; path: string; headers: IncomingHttpHeaders };

/**
 * The status that a request is refused with because of its body, or null.
 *
 * Promise: it is decided by the headers alone, before any of the body is read: whether somebody who is logged in sends it, how long it is, and whether
 * its route takes that much. Attack: bodies of megabytes on many connections, which Next would hold in memory before it asks who sends them.
 */
export function refusalOfBody({ method, path, headers }: Asked): 400 | 401 | 411 | 413 | null {
  const length = Number(headers["content-length"] ?? 0);
  if (method !== "POST") return length > 0 || headers["transfer-encoding"] ? 400 : null;
  const isSignIn = SIGN_IN.includes(path);
  if (!isSignIn && !hasSession(headers.cookie)) return 401;
  if (headers["content-length"] === undefined) return 411;
  return length > (isSignIn ? MOST_SIGN_IN_BYTES : MOST_BODY_BYTES) ? 413 : null;
}

/** A cookie that was signed here and has not expired. Whether the session is still open is for the database to say. */
function hasSession(cookies = ""): boolean {
  const prefix = `${cookieNames().session}=`;
  return cookies.split(/; */).some((cookie) => cookie.startsWith(prefix) && sessionIdOf(cookie.slice(prefix.length)) !== null);
}
