import type { IncomingHttpHeaders } from "node:http";
import { cookieNames } from "../identity/session/cookies";
import { sessionIdOf } from "../identity/session/token";
import { MAX_BODY_BYTES, MAX_SIGN_IN_BYTES } from "./body-limits";

/** The only two routes that accept a POST without a login. */
const SIGN_IN = ["/api/auth/callback/credentials", "/api/auth/callback/invitation"];

type Asked = { method: string; path: string; headers: IncomingHttpHeaders };

/**
 * Returns the status that refuses a request because of its body, or null.
 *
 * Promise: the headers alone decide, before any of the body is read: whether the sender is logged
 * in, how long the body is, and whether its route accepts that much. Attack: bodies of megabytes
 * on many connections, which Next would hold in memory before it checks who sends them.
 */
export function refusalOfBody({ method, path, headers }: Asked): 400 | 401 | 411 | 413 | null {
  const length = Number(headers["content-length"] ?? 0);
  if (method !== "POST") return length > 0 || headers["transfer-encoding"] ? 400 : null;
  const isSignIn = SIGN_IN.includes(path);
  if (!isSignIn && !hasSession(headers.cookie)) return 401;
  if (headers["content-length"] === undefined) return 411;
  return length > (isSignIn ? MAX_SIGN_IN_BYTES : MAX_BODY_BYTES) ? 413 : null;
}

/** Whether there is a signed, unexpired cookie. Whether its session is live is checked later. */
function hasSession(cookies = ""): boolean {
  const prefix = `${cookieNames().session}=`;
  return cookies
    .split(/; */)
    .some((cookie) => cookie.startsWith(prefix) && sessionIdOf(cookie.slice(prefix.length)) !== null);
}
