import { db } from "@/lib/db";
import { cookieNames } from "@/lib/session/cookies";
import type { RequestFacts } from "@/lib/session/request-facts";
import { beginSession } from "@/lib/session/sessions";
import { sessionToken } from "@/lib/session/token";
import { started } from "./patience";

export type Stage = "enrol" | "new_password" | "full";
export type Minted = { sessionId: string; cookie: { name: string; value: string } };

/** A session row and the cookie that names it, as a login would leave them, without the form. */
export async function mintSession({ userId }: { userId: string }, stage: Stage = "full"): Promise<Minted> {
  const { id } = await started(() => beginSession(db(), { userId, stage, address: "203.0.113.7", userAgent: "kit" }));
  return { sessionId: id, cookie: { name: cookieNames().session, value: sessionToken(id) } };
}

/** The cookie alone: what a browser or a plain request needs. */
export async function sessionCookie(person: { userId: string }): Promise<Minted["cookie"]> {
  return (await mintSession(person)).cookie;
}

/** The facts of a good request from the dashboard's own page; a test spoils one of them. */
export function goodFacts({ cookie }: Minted): RequestFacts {
  return {
    token: cookie.value,
    origin: process.env.PUBLIC_ORIGIN ?? null,
    fetchSite: "same-origin",
    address: "203.0.113.7",
    userAgent: "kit",
    fetched: true,
    prefetch: false,
  };
}
