"use client";

import { useState } from "react";
import { callAction as replyOf } from "@/components/forms/action-reply";
import { clientError, type FormError, formErrorOf } from "@/components/forms/form-error";
import type { Result } from "@/lib/platform/result";
import { OFFLINE } from "./use-sign-in";

/** Sends one request at a time and holds its outcome. */
export function useStep(doubt: string) {
  const [waiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState<FormError | null>(null);
  async function ask<T>(action: () => Promise<Result<T>>): Promise<T | null> {
    if (!navigator.onLine) {
      setTrouble(clientError("form", OFFLINE));
      return null;
    }
    setWaiting(true);
    setTrouble(null);
    const reply = await replyOf(action());
    if (reply.ok === true) return reply.value;
    setWaiting(false);
    setTrouble(formErrorOf(reply, doubt));
    return null;
  }
  const refusalOf = (field: FormError["field"]) => (trouble?.field === field ? trouble.text : undefined);
  return { waiting, trouble, refuse: setTrouble, refusalOf, ask };
}
