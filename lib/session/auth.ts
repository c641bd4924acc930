import { cookies, headers } from "next/headers";
import NextAuth, { type NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { logBusy } from "../busy";
import { Busy } from "../database-busy";
import { dashboardEnv } from "../env";
import { firstLogIn } from "../first-login/log-in";
import { cookieNames, cookieOptions } from "./cookies";
import { DEVICE_LIFETIME } from "./device";
import { logIn } from "./log-in";
import { bodyWithin, factsOf, fromHere } from "./request-facts";
import { endSession, readSession } from "./sessions";
import { SESSION_LIFETIME, sessionIdOf, sessionToken } from "./token";

declare module "next-auth" {
  interface User {
    sid: string;
  }
}

const ROUTES = ["GET csrf", "GET session", "POST callback/credentials", "POST callback/invitation"];
const LARGEST_BODY = 8 * 1024;

type Context = { params: Promise<{ nextauth: string[] }> };

/** next-auth's own routes, the few that are used: everything else is not found, and a login is posted from here and is small. */
export async function handleAuth(request: Request, context: Context): Promise<Response> {
  const route = `${request.method} ${(await context.params).nextauth.join("/")}`;
  if (!ROUTES.includes(route)) return new Response(null, { status: 404 });
  if (request.method === "POST") {
    if (!fromHere(factsOf(request.headers, await cookies()))) return new Response(null, { status: 403 });
    if (!bodyWithin(request.headers, LARGEST_BODY)) return new Response(null, { status: 413 });
  }
  let busy = false;
  const onBusy = () => {
    busy = true;
  };
  const response = await NextAuth(options(onBusy))(request, context);
  if (!busy) return response;
  // Of a session that could not be read next-auth would forget the cookie.
  return route === "GET session" ? retryLater(null, new Headers()) : retryLater(response.body, new Headers(response.headers));
}

function retryLater(body: BodyInit | null, headers: Headers): Response {
  headers.set("Cache-Control", "no-store");
  headers.set("Retry-After", "1");
  return new Response(body, { status: 503, headers });
}

/** `onBusy` is told where PostgreSQL turned a statement away, which next-auth's own answers do not tell from a refusal. */
function options(onBusy: () => void): NextAuthOptions {
  const names = cookieNames();
  const cookie = (name: string) => ({ name, options: cookieOptions() });
  return {
    secret: dashboardEnv().NEXTAUTH_SECRET,
    pages: { signIn: "/login", error: "/login" },
    session: { strategy: "jwt", maxAge: SESSION_LIFETIME },
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
        authorize: (given) => authorize(given, onBusy),
      }),
      CredentialsProvider({
        id: "invitation",
        credentials: { token: {}, email: {}, password: {}, code: {} },
        authorize: (given) => authorizeInvited(given, onBusy),
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => ({ sid: user?.sid ?? token.sid }),
      // The row decides here too; the error makes next-auth clear the cookie.
      session: async ({ session, token }) => {
        const row = await readSession(String(token.sid)).catch((error: unknown) => {
          if (error instanceof Busy) onBusy();
          throw error;
        });
        if (!row) throw new Error("the session is over");
        return { user: { name: row.name, email: row.email }, expires: session.expires };
      },
    },
    logger: { error: report, warn: () => {}, debug: () => {} },
  };
}

type Credentials = Partial<Record<"email" | "password" | "code" | "recoveryCode" | "passkey", unknown>>;

/** Judges everything together. Null is the one answer to every failure; the errors below are read by components/auth/sign-in. */
async function authorize(given: Credentials | undefined, onBusy: () => void) {
  const [jar, head] = [await cookies(), await headers()];
  const { address, userAgent, token } = factsOf(head, jar);
  const names = cookieNames();
  const [email, password, code] = [given?.email, given?.password, given?.code].map((value) => (typeof value === "string" ? value : ""));
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
  if (outcome.kind === "busy") onBusy();
  if (outcome.kind !== "ok") throw new Error(outcome.kind);
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
    throw new Error("unsettled");
  });
}

/** A passkey's answer comes as text: next-auth takes no other. Text that is no JSON is no passkey's, and is refused as one. */
function insteadOfCode(given: Credentials | undefined): { recoveryCode?: string; passkey?: unknown } {
  if (typeof given?.passkey === "string") return { passkey: parsed(given.passkey) };
  return typeof given?.recoveryCode === "string" ? { recoveryCode: given.recoveryCode } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The first login's own way in: a link, an e-mail and a temporary password; then a code as well. */
async function authorizeInvited(given: Partial<Record<"token" | "email" | "password" | "code", unknown>> | undefined, onBusy: () => void) {
  const { address, userAgent, token: current } = factsOf(await headers(), await cookies());
  const [token, email, password, code] = [given?.token, given?.email, given?.password, given?.code].map((value) =>
    typeof value === "string" ? value : "",
  );
  const outcome = await firstLogIn({
    token: token ?? "",
    email: email ?? "",
    password: password ?? "",
    code: code ?? "",
    address,
    userAgent,
  });
  if (outcome.kind === "refused") return null;
  if (outcome.kind === "busy") onBusy();
  if (outcome.kind !== "ok") throw new Error(outcome.kind);
  await endReplaced(current);
  return { id: outcome.userId, name: outcome.name, email: outcome.email, sid: outcome.sessionId };
}

/** An ended session is no error. Nothing of the credentials reaches next-auth's messages. */
function report(code: string, detail: unknown): void {
  if (detail instanceof Busy) logBusy(detail);
  else if (code !== "JWT_SESSION_ERROR") console.error(code, detail);
}
