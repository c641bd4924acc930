"use client";

import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";
import { type Reply, readReply } from "@/components/forms/action-reply";
import { rememberUsed } from "@/components/login/used-code";
import { type Result, refuse } from "@/lib/platform/result";

/** Instead of six digits. */
export const PASSKEY = Symbol("passkey");
export type Credential = string | typeof PASSKEY;

export type Answer = AuthenticationResponseJSON;

/** Sends a request with its code, or with a passkey's signature for this very request. A passkey that was not used has changed nothing. */
export async function proveByPasskey<R extends object, T>(
  given: Credential,
  operation: string,
  request: R,
  send: (proven: R & { code?: string; passkey?: Answer }) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  if (given !== PASSKEY) return remembering(given, await send({ ...request, code: given }));
  const signed = await sign(() => ask({ method: "POST", body: JSON.stringify({ operation, request }) }));
  return signed.ok ? send({ ...request, passkey: signed.value }) : signed;
}

/** A code that was accepted here is refused by the login page that follows a log out, too. */
function remembering<T>(code: string, reply: Reply<T>): Reply<T> {
  if (reply.ok === true) rememberUsed(code);
  if (reply.ok === false && reply.refusal.code === "code_used") rememberUsed(code, reply.refusal.seconds);
  return reply;
}

/** A passkey's signature for a login. */
export const signLogin = (): Promise<Result<Answer>> => sign(() => ask({ method: "GET" }));

/** The library is fetched beside the question, when a passkey is asked for. */
async function sign(question: () => Promise<Reply<PublicKeyCredentialRequestOptionsJSON>>): Promise<Result<Answer>> {
  try {
    const [{ startAuthentication }, asked] = await Promise.all([import("@simplewebauthn/browser"), question()]);
    if (asked.ok === false) return asked;
    if (asked.ok !== true) return refuse({ code: "passkey_cancelled" });
    return { ok: true, value: await startAuthentication({ optionsJSON: asked.value }) };
  } catch {
    return refuse({ code: "passkey_cancelled" });
  }
}

const ask = async (init: RequestInit): Promise<Reply<PublicKeyCredentialRequestOptionsJSON>> =>
  readReply<PublicKeyCredentialRequestOptionsJSON>(
    await fetch("/api/passkey-challenge", {
      ...init,
      headers: { "Content-Type": "application/json" },
      cache: "no-store",
      signal: AbortSignal.timeout(15_000),
    }),
  );
