"use client";

import { useState } from "react";
import { ask as replyOf } from "@/components/forms/action-reply";
import { own, type Trouble, troubleOf } from "@/components/forms/form-error";
import type { Result } from "@/lib/platform/result";
import { OFFLINE } from "./use-sign-in";

/** One request at a time, and what came of it. */
export function useStep(doubt: string) {
  const [waiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  async function ask<T>(action: () => Promise<Result<T>>): Promise<T | null> {
    if (!navigator.onLine) {
      setTrouble(own("form", OFFLINE));
      return null;
    }
    setWaiting(true);
    setTrouble(null);
    const reply = await replyOf(action());
    if (reply.ok === true) return reply.value;
    setWaiting(false);
    setTrouble(troubleOf(reply, doubt));
    return null;
  }
  const refusalOf = (field: Trouble["field"]) => (trouble?.field === field ? trouble.text : undefined);
  return { waiting, trouble, refuse: setTrouble, refusalOf, ask };
}
