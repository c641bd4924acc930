import { cookies, headers } from "next/headers";
import NextAuth, { type NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { z } from "zod";
import { MAX_SIGN_IN_BYTES } from "../../dashboard/body-limits";
import { logBusy } from "../../platform/db/busy";
import { Busy } from "../../platform/db/database-busy";
import { dashboardEnv } from "../../platform/env";
import { cookieNames, cookieOptions } from "../session/cookies";
import { LIFETIME_SECONDS } from "../session/lifetime";
import { bodyIsWithin, isSameOrigin, requestInfoOf } from "../session/request-info";
import { endSession, readSession } from "../session/sessions";
import { sessionIdOf, sessionToken } from "../session/token";
import { type Credentials, codeAlternative, storableText } from "./credentials";
import { logInWithInvitation } from "./invitation-log-in";
import { DEVICE_LIFETIME } from "./known-device";
import { logIn } from "./log-in";

declare module "next-auth" {
  interface User {
    sid: string;
  }
}

const ROUTES = ["GET csrf", "GET session", "POST callback/credentials", "POST callback/invitation"];
/** What a browser posts to log in: strings by name. */
const POSTED = z.record(z.string(), z.string());

type Context = { params: Promise<{ nextauth: string[] }> };

/**
 * Handles the four next-auth routes that are used; every other route gets a 404. A login must be
 * posted from our own origin, with a small body.
 */
export async function handleAuth(request: Request, context: Context): Promise<Response> {
  const route = `${request.method} ${(await context.params).nextauth.join("/")}`;
  if (!ROUTES.includes(route)) return new Response(null, { status: 404 });
  // next-auth answers 500 to an invalid callbackUrl. Our own pages never send a query.
  if (request.method === "GET" && new URL(request.url).search) return new Response(null, { status: 400 });
  if (request.method === "POST") {
    if (!isSameOrigin(requestInfoOf(request.headers, await cookies()))) return new Response(null, { status: 403 });
    if (!bodyIsWithin(request.headers, MAX_SIGN_IN_BYTES)) return new Response(null, { status: 413 });
    if (!(await isReadable(request.clone()))) return new Response(null, { status: 400 });
  }
  let failed = false;
  const onFailure = (error?: unknown) => {
    if (error !== undefined) report(route, error);
    failed = true;
  };
  const response: Response | null = await NextAuth(options(onFailure))(request, context).catch(onFailure);
  if (!failed && response) return response;
  // If a session could not be read, next-auth's own response would clear its cookie.
  const isSaid = response && route !== "GET session";
  return isSaid ? retryLater(response.body, new Headers(response.headers)) : retryLater(null, new Headers());
}

/** Whether next-auth can read the body: it throws on invalid JSON and on non-string values. */
async function isReadable(request: Request): Promise<boolean> {
  if (!request.headers.get("content-type")?.includes("application/json")) return true;
  return POSTED.safeParse(await request.json().catch(() => null)).success;
}

function retryLater(body: BodyInit | null, headers: Headers): Response {
  headers.set("Cache-Control", "no-store");
  headers.set("Retry-After", "1");
  return new Response(body, { status: 503, headers });
}

/**
 * `onFailure` is called if a request failed before it was decided, because next-auth's responses
 * look the same as for a refusal. It receives the error if that is not logged yet.
 */
function options(onFailure: OnFailure): NextAuthOptions {
  const names = cookieNames();
  const cookie = (name: string) => ({ name, options: cookieOptions() });
  return {
    secret: dashboardEnv().NEXTAUTH_SECRET,
    pages: { signIn: "/login", error: "/login" },
    session: { strategy: "jwt", maxAge: LIFETIME_SECONDS },
    cookies: {
      sessionToken: cookie(names.session),
      csrfToken: cookie(names.csrf),
      callbackUrl: cookie(names.callback),
    },
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
        authorize: (given) => hideUnexpected(() => authorize(given, onFailure), onFailure),
      }),
      CredentialsProvider({
        id: "invitation",
        credentials: { token: {}, email: {}, password: {}, code: {} },
        authorize: (given) => hideUnexpected(() => authorizeInvited(given, onFailure), onFailure),
      }),
    ],
    callbacks: {
      // The login page itself decides where to return.
      redirect: ({ baseUrl }) => baseUrl,
      jwt: ({ token, user }) => ({ sid: user?.sid ?? token.sid }),
      // The session row decides here too. The error makes next-auth clear the cookie.
      session: async ({ session, token }) => {
        const row = await readSession(String(token.sid)).catch((error: unknown) => {
          // Without the error: next-auth logs it.
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

/** A message for the browser: next-auth puts the message of every error into its response. */
class BrowserError extends Error {}

/** Replaces the message of an unexpected error, so that none of it leaves the server. */
async function hideUnexpected<T>(work: () => Promise<T>, onFailure: OnFailure): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BrowserError) throw error;
    onFailure(error);
    throw new BrowserError("failed");
  }
}

/**
 * Verifies everything together and returns null for every refusal. components/login/sign-in reads
 * the messages of the errors below.
 */
async function authorize(given: Credentials | undefined, onFailure: OnFailure) {
  const [jar, head] = [await cookies(), await headers()];
  const { address, userAgent, token } = requestInfoOf(head, jar);
  const names = cookieNames();
  const [email, password, code] = [given?.email, given?.password, given?.code].map(storableText);
  const outcome = await logIn({
    email: email ?? "",
    password: password ?? "",
    code: code ?? "",
    ...codeAlternative(given),
    address,
    userAgent,
    device: jar.get(names.device)?.value ?? null,
  });
  if (outcome.kind === "refused") return null;
  if (outcome.kind === "busy") onFailure();
  if (outcome.kind !== "ok") throw new BrowserError(outcome.kind);
  await endReplaced(token, address);
  jar.set(names.device, outcome.device, { ...cookieOptions(), maxAge: DEVICE_LIFETIME });
  return { id: outcome.userId, name: outcome.name, email: outcome.email, sid: outcome.sessionId };
}

/**
 * Ends the session that this browser had before. The new one has already begun, so if this fails,
 * the response must not claim that nothing was done.
 */
async function endReplaced(token: string | null, address: string | null): Promise<void> {
  const replaced = sessionIdOf(token);
  if (!replaced) return;
  await endSession(replaced, "replaced", address).catch((error: unknown) => {
    report("SESSION_NOT_REPLACED", error);
    throw new BrowserError("unsettled");
  });
}

/** The first login: a link, an email, a temporary password, and a code if a device is enrolled. */
async function authorizeInvited(
  given: Partial<Record<"token" | "email" | "password" | "code", unknown>> | undefined,
  onFailure: OnFailure,
) {
  const { address, userAgent, token: current } = requestInfoOf(await headers(), await cookies());
  const [token, email, password, code] = [given?.token, given?.email, given?.password, given?.code].map(storableText);
  const outcome = await logInWithInvitation({
    token: token ?? "",
    email: email ?? "",
    password: password ?? "",
    code: code ?? "",
    address,
    userAgent,
  });
  if (outcome.kind === "refused") return null;
  if (outcome.kind === "busy") onFailure();
  if (outcome.kind !== "ok") throw new BrowserError(outcome.kind);
  await endReplaced(current, address);
  return { id: outcome.userId, name: outcome.name, email: outcome.email, sid: outcome.sessionId };
}

/** Logs an error, unless a session has ended. next-auth's messages contain no credentials. */
function report(code: string, detail: unknown): void {
  if (detail instanceof Busy) logBusy(detail);
  else if (code !== "JWT_SESSION_ERROR") console.error(code, detail);
}
