import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import type { Member } from "../../access/member";
import { may, type Permission } from "../../access/permissions";
import { isSupport } from "../../access/staff";
import { type ListedMerchant, listMerchants, merchantHead } from "../../merchants/queries";
import type { MerchantId, SessionId, UserId } from "../../platform/ids";
import { cookieNames, cookieOptions } from "./cookies";
import { isSameOrigin, requestInfoOf } from "./request-info";
import { endingOf, endSession, readSession, type SessionLeft, sessionLeft } from "./sessions";
import { sessionIdOf } from "./token";
import { UNATTENDED_COOKIE } from "./unattended";

export type User = { userId: UserId; email: string; name: string; staffRole: "support" | null; sessionId: SessionId };

/**
 * The user of this request, read from the database once per request; null if nobody is logged in.
 * A prefetch does not count as a use of the session, nor does a page that refreshes itself.
 */
export const getUser = cache(async (): Promise<User | null> => {
  const { token, prefetch } = await requestInfo();
  const unattended = (await cookies()).get(UNATTENDED_COOKIE) !== undefined;
  const id = sessionIdOf(token);
  const session = id ? await readSession(id, { touch: !prefetch && !unattended }) : null;
  if (session?.stage !== "full") return null;
  const { userId, email, name, staffRole } = session;
  return { userId, email, name, staffRole, sessionId: session.id };
});

/** The session of an unfinished first login. It gives access to that page only. */
export async function getFirstLogin(): Promise<Pick<User, "userId" | "email" | "sessionId"> | null> {
  const id = sessionIdOf((await requestInfo()).token);
  const session = id ? await readSession(id, { touch: true }) : null;
  return session && session.stage !== "full"
    ? { userId: session.userId, email: session.email, sessionId: session.id }
    : null;
}

/** Returns the user, or redirects to the login page with the reason and the page to return to. */
export async function requireUser(): Promise<User> {
  const user = await getUser();
  if (user) return user;
  const id = sessionIdOf((await requestInfo()).token);
  const ended = id ? await endingOf(id) : null;
  const path = (await headers()).get("x-countersign-path");
  const query = new URLSearchParams({ ...(ended && { ended }), ...(path && path !== "/" && { next: path }) });
  redirect(query.size > 0 ? `/login?${query}` : "/login");
}

/** The user's merchants, read once per request for the bar, the switcher and the page's guards. */
export const ownMerchants = cache(async (): Promise<ListedMerchant[]> => listMerchants((await requireUser()).userId));

/** Read once per request for the page's head, its title and its content. */
export const headOf = cache(merchantHead);

/** The user as a member with the permission; everybody else gets a 404. */
export const requireMember = cache(async (merchantId: MerchantId, permission: Permission): Promise<Member> => {
  const { userId, email, name, sessionId } = await requireUser();
  if (!z.guid().safeParse(merchantId).success) notFound();
  const listed = (await ownMerchants()).find(({ id }) => id === merchantId.toLowerCase());
  if (!listed || !may(listed.role, permission)) notFound();
  return { userId, email, name, sessionId, merchantId, role: listed.role, address: (await requestInfo()).address };
});

export type Staff = User & { address: string | null };

/** The user as support staff; everybody else, and every prefetch, gets a 404. */
export const requireStaff = cache(async (): Promise<Staff> => {
  const user = await requireUser();
  const { prefetch, address } = await requestInfo();
  return isSupport(user.staffRole) && !prefetch ? { ...user, address } : notFound();
});

/**
 * How long this request's session lasts; null if it is over. `stay` prolongs it, because the user
 * has confirmed that they are still there; only our own pages can request that.
 */
export async function ownSessionLeft({ stay = false } = {}): Promise<SessionLeft | null> {
  const { token, ...given } = await requestInfo();
  const id = sessionIdOf(token);
  if (!id || (stay && !isSameOrigin(given))) return null;
  if (stay) await readSession(id, { touch: true });
  return sessionLeft(id);
}

/** Ends this request's session and deletes its cookie. A form on another site cannot do this. */
export async function endOwnSession(): Promise<void> {
  const { token, ...given } = await requestInfo();
  const id = sessionIdOf(token);
  if (!isSameOrigin(given)) return;
  if (id) await endSession(id, "logged_out", given.address);
  (await cookies()).set(cookieNames().session, "", { ...cookieOptions(), maxAge: 0 });
}

const requestInfo = async () => requestInfoOf(await headers(), await cookies());
