"use client";

import { useState } from "react";
import { ask as replyOf } from "@/components/api-keys/reply";
import { type Trouble, troubleOf } from "@/components/api-keys/trouble";
import type { Result } from "@/lib/result";

/** One request at a time, and what came of it. */
export function useStep(doubt: string) {
  const [waiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  async function ask<T>(action: () => Promise<Result<T>>): Promise<T | null> {
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
