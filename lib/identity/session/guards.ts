import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { z } from "zod";
import type { Member } from "../../access/member";
import { may, type Permission } from "../../access/permissions";
import { isSupport } from "../../access/staff";
import { type ListedMerchant, listMerchants, merchantHead } from "../../merchants/queries";
import { cookieNames, cookieOptions } from "./cookies";
import { isSameOrigin, requestInfoOf } from "./request-info";
import { endingOf, endSession, readSession, type SessionLeft, sessionLeft } from "./sessions";
import { sessionIdOf } from "./token";
import { UNATTENDED } from "./unattended";

export type User = { userId: string; email: string; name: string; staffRole: "support" | null; sessionId: string };

/** The user of this request, re-read from the database once a request; null when nobody is logged in. A prefetch is no use of the session, nor is a page that reads itself again. */
export const getUser = cache(async (): Promise<User | null> => {
  const { token, prefetch } = await facts();
  const unattended = (await cookies()).get(UNATTENDED) !== undefined;
  const id = sessionIdOf(token);
  const session = id ? await readSession(id, { touch: !prefetch && !unattended }) : null;
  if (session?.stage !== "full") return null;
  const { userId, email, name, staffRole } = session;
  return { userId, email, name, staffRole, sessionId: session.id };
});

/** The session of a first login under way. It opens its page and no other. */
export async function getFirstLogin(): Promise<Pick<User, "userId" | "email" | "sessionId"> | null> {
  const id = sessionIdOf((await facts()).token);
  const session = id ? await readSession(id, { touch: true }) : null;
  return session && session.stage !== "full" ? { userId: session.userId, email: session.email, sessionId: session.id } : null;
}

/** The user, or the login page, which is told why the session is over and where to return. */
export async function requireUser(): Promise<User> {
  const user = await getUser();
  if (user) return user;
  const id = sessionIdOf((await facts()).token);
  const ended = id ? await endingOf(id) : null;
  const path = (await headers()).get("x-countersign-path");
  const query = new URLSearchParams({ ...(ended && { ended }), ...(path && path !== "/" && { next: path }) });
  redirect(query.size > 0 ? `/login?${query}` : "/login");
}

/** The merchants of the user, read once a request: the bar, the switcher and every guard of a page ask for them. */
export const ownMerchants = cache(async (): Promise<ListedMerchant[]> => listMerchants((await requireUser()).userId));

/** Read once a request: head, title and page ask for it. */
export const headOf = cache(merchantHead);

/** The user as a member who may; for anyone else the page does not exist. */
export const requireMember = cache(async (merchantId: string, permission: Permission): Promise<Member> => {
  const { userId, email, name, sessionId } = await requireUser();
  if (!z.guid().safeParse(merchantId).success) notFound();
  const listed = (await ownMerchants()).find(({ id }) => id === merchantId.toLowerCase());
  if (!listed || !may(listed.role, permission)) notFound();
  return { userId, email, name, sessionId, merchantId, role: listed.role, address: (await facts()).address };
});

export type Staff = User & { address: string | null };

/** The user as support staff, for a page that is wanted now: for anyone else, and for a prefetch, it does not exist. */
export const requireStaff = cache(async (): Promise<Staff> => {
  const user = await requireUser();
  const { prefetch, address } = await facts();
  return isSupport(user.staffRole) && !prefetch ? { ...user, address } : notFound();
});

/** How long the session of this request lasts; null when it is over. `stay`: its user says that they are still there, which only a page of ours can ask for. */
export async function ownSessionLeft({ stay = false } = {}): Promise<SessionLeft | null> {
  const { token, ...given } = await facts();
  const id = sessionIdOf(token);
  if (!id || (stay && !isSameOrigin(given))) return null;
  if (stay) await readSession(id, { touch: true });
  return sessionLeft(id);
}

/** Ends the session of this request at once and forgets its cookie. A form on another site can not do it. */
export async function endOwnSession(): Promise<void> {
  const { token, ...given } = await facts();
  const id = sessionIdOf(token);
  if (!isSameOrigin(given)) return;
  if (id) await endSession(id, "logged_out");
  (await cookies()).set(cookieNames().session, "", { ...cookieOptions(), maxAge: 0 });
}

const facts = async () => requestInfoOf(await headers(), await cookies());
