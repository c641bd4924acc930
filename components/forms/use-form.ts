"use client";

import { useEffect, useRef, useState } from "react";
import { useSecondFactor } from "@/components/forms/second-factor";
import { EARLY_SECONDS } from "@/lib/identity/second-factor/step";
import type { Reply } from "./action-reply";
import { codeUsedError, type FormError, formErrorOf, offline } from "./form-error";

export type Form = ReturnType<typeof useForm>;

/** What confirms the request: nothing, a code, or a passkey; "locked" means codes are locked. */
export type Confirming = { by: "nothing" | "code" | "locked" } | { by: "passkey"; run(): void };

/**
 * Sends one request at a time and holds its outcome. `doubt` is the sentence for an unknown
 * outcome. The focus moves to the refused field; changing the field clears its refusal.
 */
export function useForm(doubt: string) {
  const [waiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState<FormError | null>(null);
  const [confirming, setConfirming] = useState<Confirming>({ by: "nothing" });
  const { learn, nextCodeAt, reread } = useSecondFactor();
  const busy = useRef(false);
  const byPasskey = useRef(false);
  const element = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (trouble && !waiting) focusOnTrouble(element.current);
  }, [trouble, waiting]);

  const isOffline = trouble?.remedy === "retry";
  useEffect(() => {
    if (!isOffline) return;
    const back = () => setTrouble(null);
    addEventListener("online", back);
    return () => removeEventListener("online", back);
  }, [isOffline]);

  async function ask<T>(send: () => Promise<Reply<T>>): Promise<Reply<T> | null> {
    if (busy.current) return null;
    if (!navigator.onLine) {
      setTrouble({ ...offline });
      return null;
    }
    const byCode = confirming.by === "code" && !byPasskey.current;
    busy.current = true;
    setWaiting(true);
    setTrouble(null);
    const next = byCode && isUsed(nextCodeAt) ? await reread() : null;
    const reply = isUsed(next) ? null : await send();
    busy.current = false;
    setWaiting(false);
    if (reply === null) {
      setTrouble(codeUsedError(next ?? 0));
      return null;
    }
    if (reply.ok !== true) setTrouble(formErrorOf(reply, doubt));
    if (reply.ok === false) learn(reply.refusal);
    return reply;
  }

  /** For a request that a passkey confirms although the form asks for a code. */
  const withPasskey = (run: () => void) => {
    byPasskey.current = true;
    run();
    byPasskey.current = false;
  };
  const clear = (field: FormError["field"]) => setTrouble((now) => (now?.field === field ? null : now));
  const refusalOf = (field: FormError["field"]) => (trouble?.field === field ? trouble.text : undefined);
  return {
    element,
    waiting,
    trouble,
    refuse: setTrouble,
    clear,
    refusalOf,
    ask,
    confirming,
    confirmBy: setConfirming,
    withPasskey,
    nextCodeAt,
  };
}

/** Whether the device still shows a used code, even if its clock is a little fast. */
const isUsed = (nextCodeAt: number | null) => nextCodeAt !== null && nextCodeAt - Date.now() > EARLY_SECONDS * 1000;

function focusOnTrouble(form: HTMLFormElement | null) {
  const first = (selector: string) => form?.querySelector<HTMLElement>(selector);
  const field = first("[aria-invalid=true]") ?? first("[type=password]") ?? first("[data-verb]");
  field?.focus();
  const typedOver = field instanceof HTMLInputElement && (field.type === "password" || field.name === "code");
  if (typedOver) field.select();
}
