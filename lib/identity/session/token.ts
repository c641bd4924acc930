import { deriveKey, readToken, signToken } from "../../platform/crypto/token";
import { dashboardEnv } from "../../platform/env";
import type { SessionId } from "../../platform/ids";
import { LIFETIME_SECONDS } from "./lifetime";

/**
 * The cookie's value. It names a session row, and only the row decides whether the session is
 * live. The proxy imports this file, so nothing here may use the database.
 */
export const sessionToken = (sessionId: SessionId): string =>
  signToken(sessionId, key(), { now: Date.now() / 1000, lifetime: LIFETIME_SECONDS });

export const sessionIdOf = (token: string | null | undefined): string | null =>
  readToken(token, key(), Date.now() / 1000);

let derived: Buffer | undefined;
const key = (): Buffer => (derived ??= deriveKey(dashboardEnv().NEXTAUTH_SECRET, "session"));
