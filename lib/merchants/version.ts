import { z } from "zod";
import { cookieNames } from "../identity/session/cookies";
import { findMember } from "../identity/session/members";
import { readSession } from "../identity/session/sessions";
import { sessionIdOf } from "../identity/session/token";
import { logBusy } from "../platform/db/busy";
import { Busy } from "../platform/db/database-busy";
import type { MerchantId, SessionId } from "../platform/ids";
import { merchantHead, merchantListVersion } from "./queries";

type Cookies = { get(name: string): { value: string } | undefined };

/**
 * Whether a merchant's pages, or the list of the user's merchants, have changed since
 * `If-None-Match`; 304 if not. Unattended pages send this too, so it does not count as a use of
 * the session, which still ends after 15 minutes without one.
 */
export async function versionResponse(
  merchantId: MerchantId | null,
  headers: Headers,
  cookies: Cookies,
): Promise<Response> {
  try {
    const version = await versionFor(merchantId, sessionIdOf(cookies.get(cookieNames().session)?.value));
    if (typeof version === "number") return empty(version);
    const etag = `"${version}"`;
    return empty(headers.get("if-none-match") === etag ? 304 : 204, { ETag: etag });
  } catch (error) {
    if (!(error instanceof Busy)) throw error;
    logBusy(error);
    return empty(503, { "Retry-After": "1" });
  }
}

async function versionFor(merchantId: MerchantId | null, sessionId: SessionId | null): Promise<string | 401 | 404> {
  const session = sessionId ? await readSession(sessionId) : null;
  if (session?.stage !== "full") return 401;
  if (merchantId === null) return merchantListVersion(session.userId);
  if (!z.guid().safeParse(merchantId).success) return 404;
  if (!(await findMember(session, merchantId, "merchant:read"))) return 404;
  return (await merchantHead(merchantId)).version;
}

const empty = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers: { "Cache-Control": "no-store", ...headers } });
