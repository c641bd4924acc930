import { cookies, headers } from "next/headers";
import NextAuth, { type NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { z } from "zod";
import { isStorable } from "../../actions/input";
import { MOST_SIGN_IN_BYTES } from "../../dashboard/body-limits";
import { logBusy } from "../../platform/db/busy";
import { Busy } from "../../platform/db/database-busy";
import { dashboardEnv } from "../../platform/env";
import { cookieNames, cookieOptions } from "../session/cookies";
import { LIFETIME_SECONDS } from "../session/lifetime";
import { bodyWithin, isSameOrigin, requestInfoOf } from "../session/request-info";
import { endSession, readSession } from "../session/sessions";
import { sessionIdOf, sessionToken } from "../session/token";
import { firstLogIn } from "./invitation-log-in";
import { DEVICE_LIFETIME } from "./known-device";
import { logIn } from "./log-in";

declare module "next-auth" {
  interface User {
    sid: string;
  }
}

const ROUTES = ["GET csrf", "GET session", "POST callback/credentials", "POST callback/invitation"];
/** What a browser posts to log in: texts by name. */
const POSTED = z.record(z.string(), z.string());

type Context = { params: Promise<{ nextauth: string[] }> };

/** next-auth's own routes, the few that are used: everything else is not found, and a login is posted from here and is small. */
export async function handleAuth(request: Request, context: Context): Promise<Response> {
  const route = `${request.method} ${(await context.params).nextauth.join("/")}`;
  if (!ROUTES.includes(route)) return new Response(null, { status: 404 });
  // next-auth answers a callbackUrl that is no URL with 500; nothing of ours asks with a query.
  if (request.method === "GET" && new URL(request.url).search) return new Response(null, { status: 400 });
  if (request.method === "POST") {
    if (!isSameOrigin(requestInfoOf(request.headers, await cookies()))) return new Response(null, { status: 403 });
    if (!bodyWithin(request.headers, MOST_SIGN_IN_BYTES)) return new Response(null, { status: 413 });
    if (!(await isReadable(request.clone()))) return new Response(null, { status: 400 });
  }
  let failed = false;
  const onFailure = (error?: unknown) => {
    if (error !== undefined) report(route, error);
    failed = true;
  };
  const response: Response | null = await NextAuth(options(onFailure))(request, context).catch(onFailure);
  if (!failed && response) return response;
  // Of a session that could not be read next-auth would forget the cookie.
  const isSaid = response && route !== "GET session";
  return isSaid ? retryLater(response.body, new Headers(response.headers)) : retryLater(null, new Headers());
}

/** Whether next-auth can read the body: it throws at text that is no JSON, and at values that are no texts. */
async function isReadable(request: Request): Promise<boolean> {
  if (!request.headers.get("content-type")?.includes("application/json")) return true;
  return POSTED.safeParse(await request.json().catch(() => null)).success;
}

function retryLater(body: BodyInit | null, headers: Headers): Response {
  headers.set("Cache-Control", "no-store");
  headers.set("Retry-After", "1");
  return new Response(body, { status: 503, headers });
}

/** `onFailure` is told where nothing was judged, which next-auth's own answers do not tell from a refusal: with the error, where it is not logged yet. */
function options(onFailure: OnFailure): NextAuthOptions {
  const names = cookieNames();
  const cookie = (name: string) => ({ name, options: cookieOptions() });
  return {
    secret: dashboardEnv().NEXTAUTH_SECRET,
    pages: { signIn: "/login", error: "/login" },
    session: { strategy: "jwt", maxAge: LIFETIME_SECONDS },
    cookies: { sessionToken: cookie(names.session), csrfToken: cookie(names.csrf), callbackUrl: cookie(names.callback) },
    jwt: {
      encode: ({ token }) => sessionToken(String(token?.sid)),
      decode: ({ token }) => {
        const sid = sessionIdOf(token);
        return sid ? { sid } : null;
      },
    },
    providers: [
      CredentialsProvider({
        credentials: { email: {}, password: {}, code: {}, recoveryCode: {}, passkey: {} },
        authorize: (given) => onlyTold(() => authorize(given, onFailure), onFailure),
      }),
      CredentialsProvider({
        id: "invitation",
        credentials: { token: {}, email: {}, password: {}, code: {} },
        authorize: (given) => onlyTold(() => authorizeInvited(given, onFailure), onFailure),
      }),
    ],
    callbacks: {
      // Where to return is the login page's business.
      redirect: ({ baseUrl }) => baseUrl,
      jwt: ({ token, user }) => ({ sid: user?.sid ?? token.sid }),
      // The row decides here too; the error makes next-auth clear the cookie.
      session: async ({ session, token }) => {
        const row = await readSession(String(token.sid)).catch((error: unknown) => {
          // next-auth logs it.
          onFailure();
          throw error;
        });
        if (!row) throw new Error("the session is over");
        return { user: { name: row.name, email: row.email }, expires: session.expires };
      },
    },
    logger: { error: report, warn: () => {}, debug: () => {} },
  };
}

type OnFailure = (error?: unknown) => void;

/** Words that a browser is told: next-auth puts the message of whatever is thrown into its answer. */
class Told extends Error {}

/** Nothing of an unexpected error leaves the server. */
async function onlyTold<T>(work: () => Promise<T>, onFailure: OnFailure): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Told) throw error;
    onFailure(error);
    throw new Told("failed");
  }
}

/** A text that was given, or none: what the database could not store is nobody's. */
const textIn = (value: unknown): string => (typeof value === "string" && isStorable(value) ? value : "");

type Credentials = Partial<Record<"email" | "password" | "code" | "recoveryCode" | "passkey", unknown>>;

/** Judges everything together. Null is the one answer to every failure; the errors below are read by components/login/sign-in. */
async function authorize(given: Credentials | undefined, onFailure: OnFailure) {
  const [jar, head] = [await cookies(), await headers()];
  const { address, userAgent, token } = requestInfoOf(head, jar);
  const names = cookieNames();
  const [email, password, code] = [given?.email, given?.password, given?.code].map(textIn);
  const outcome = await logIn({
    email: email ?? "",
    password: password ?? "",
    code: code ?? "",
    ...insteadOfCode(given),
    address,
    userAgent,
    device: jar.get(names.device)?.value ?? null,
  });
  if (outcome.kind === "refused") return null;
  if (outcome.kind === "busy") onFailure();
  if (outcome.kind !== "ok") throw new Told(outcome.kind);
  await endReplaced(token);
  jar.set(names.device, outcome.device, { ...cookieOptions(), maxAge: DEVICE_LIFETIME });
  return { id: outcome.userId, name: outcome.name, email: outcome.email, sid: outcome.sessionId };
}

/** The session this browser had before. The new one has begun: where this is turned away, nobody may hear that nothing was done. */
async function endReplaced(token: string | null): Promise<void> {
  const replaced = sessionIdOf(token);
  if (!replaced) return;
  await endSession(replaced, "replaced").catch((error: unknown) => {
    report("SESSION_NOT_REPLACED", error);
    throw new Told("unsettled");
  });
}

/** A passkey's answer comes as text: next-auth takes no other. Text that is no JSON is no passkey's, and is refused as one. */
function insteadOfCode(given: Credentials | undefined): { recoveryCode?: string; passkey?: unknown } {
  if (typeof given?.passkey === "string") return { passkey: parsed(given.passkey) };
  return typeof given?.recoveryCode === "string" ? { recoveryCode: textIn(given.recoveryCode) } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The first login's own way in: a link, an e-mail and a temporary password; then a code as well. */
async function authorizeInvited(
  given: Partial<Record<"token" | "email" | "password" | "code", unknown>> | undefined,
  onFailure: OnFailure,
) {
  const { address, userAgent, token: current } = requestInfoOf(await headers(), await cookies());
  const [token, email, password, code] = [given?.token, given?.email, given?.password, given?.code].map(textIn);
  const outcome = await firstLogIn({
    token: token ?? "",
    email: email ?? "",
    password: password ?? "",
    code: code ?? "",
    address,
    userAgent,
  });
  if (outcome.kind === "refused") return null;
  if (outcome.kind === "busy") onFailure();
  if (outcome.kind !== "ok") throw new Told(outcome.kind);
  await endReplaced(current);
  return { id: outcome.userId, name: outcome.name, email: outcome.email, sid: outcome.sessionId };
}

/** An ended session is no error. Nothing of the credentials reaches next-auth's messages. */
function report(code: string, detail: unknown): void {
  if (detail instanceof Busy) logBusy(detail);
  else if (code !== "JWT_SESSION_ERROR") console.error(code, detail);
}
