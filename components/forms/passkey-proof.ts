"use client";

import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";
import { type Reply, readReply } from "@/components/forms/action-reply";
import { rememberUsed } from "@/components/login/used-code";
import { type Result, refuse } from "@/lib/platform/result";
import { passkeyLibrary } from "./passkey-library";

/** Given in place of the six digits. */
export const PASSKEY = Symbol("passkey");
export type Credential = string | typeof PASSKEY;

export type Answer = AuthenticationResponseJSON;

/**
 * Sends a request with its code, or with a passkey's signature of exactly this request. If the
 * passkey prompt is cancelled, nothing was changed.
 */
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

/** Remembers the used code, so that the login page after a logout rejects it as well. */
function remembering<T>(code: string, reply: Reply<T>): Reply<T> {
  if (reply.ok === true) rememberUsed(code);
  if (reply.ok === false && reply.refusal.code === "code_used") rememberUsed(code, reply.refusal.seconds);
  return reply;
}

/** A passkey's signature for a login. */
export const signLogin = (): Promise<Result<Answer>> => sign(() => ask({ method: "GET" }));

/** Fetches the library only when a passkey is needed, in parallel with the challenge. */
async function sign(question: () => Promise<Reply<PublicKeyCredentialRequestOptionsJSON>>): Promise<Result<Answer>> {
  try {
    const [library, asked] = await Promise.all([passkeyLibrary(), question()]);
    if (library === null) return refuse({ code: "passkeys_not_loaded" });
    if (asked.ok === false) return asked;
    if (asked.ok !== true) return refuse({ code: "passkey_cancelled" });
    return { ok: true, value: await library.startAuthentication({ optionsJSON: asked.value }) };
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
