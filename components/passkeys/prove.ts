"use client";

import { startAuthentication } from "@simplewebauthn/browser";
import { type Reply, readReply } from "@/components/api-keys/reply";
import { type Result, refuse } from "@/lib/result";

/** Instead of six digits. */
export const PASSKEY = Symbol("passkey");
export type Given = string | typeof PASSKEY;

type Options = Parameters<typeof startAuthentication>[0]["optionsJSON"];
export type Answer = Awaited<ReturnType<typeof startAuthentication>>;

/** Sends a request with its code, or with a passkey's signature for this very request. A passkey that was not used has changed nothing. */
export async function prove<R extends object, T>(
  given: Given,
  operation: string,
  request: R,
  send: (proven: R & { code?: string; passkey?: Answer }) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  if (given !== PASSKEY) return send({ ...request, code: given });
  const signed = await sign(() => ask({ method: "POST", body: JSON.stringify({ operation, request }) }));
  return signed.ok ? send({ ...request, passkey: signed.value }) : signed;
}

/** A passkey's signature for a login. */
export const signLogin = (): Promise<Result<Answer>> => sign(() => ask({ method: "GET" }));

async function sign(question: () => Promise<Reply<Options>>): Promise<Result<Answer>> {
  try {
    const asked = await question();
    if (asked.ok === false) return asked;
    if (asked.ok !== true) return refuse({ code: "passkey_cancelled" });
    return { ok: true, value: await startAuthentication({ optionsJSON: asked.value }) };
  } catch {
    return refuse({ code: "passkey_cancelled" });
  }
}

const ask = async (init: RequestInit): Promise<Reply<Options>> =>
  readReply<Options>(
    await fetch("/api/passkey-challenge", {
      ...init,
      headers: { "Content-Type": "application/json" },
      cache: "no-store",
      signal: AbortSignal.timeout(15_000),
    }),
  );
