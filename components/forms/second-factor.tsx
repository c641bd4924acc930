"use client";

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { Lock, SecondFactor } from "@/lib/identity/second-factor/second-factor";
import type { Refusal } from "@/lib/words/refusals/refusals";

export type { Lock };

/**
 * The current state of the user's second factor. `nextCodeAt` is in this browser's time, and null
 * if the device shows an unused code.
 */
type Known = {
  lock: Lock | null;
  passkeys: string[];
  nextCodeAt: number | null;
  learn(refusal: Refusal): void;
  /** Asks the server again. Resolves to the new `nextCodeAt`. */
  reread(): Promise<number | null>;
};

const NOTHING: Known = { lock: null, passkeys: [], nextCodeAt: null, learn: () => {}, reread: async () => null };

const Context = createContext(NOTHING);

export const useSecondFactor = (): Known => useContext(Context);

/** Holds the state that the server sent and what later refusals add to it. */
export function SecondFactorProvider({ facts, children }: { facts: SecondFactor; children: ReactNode }) {
  const [lock, setLock] = useState<Lock | null>(facts.lock);
  const [nextCodeAt, setNextCodeAt] = useState<number | null>(null);
  const usedFor = (ms: number) => {
    const at = ms > 0 ? Date.now() + ms : null;
    setNextCodeAt(at);
    return at;
  };
  const take = (told: SecondFactor) => {
    setLock(told.lock);
    return usedFor(told.usedForMs);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: once per read of the page
  useEffect(() => void take(facts), [facts]);
  useEndOf(nextCodeAt, () => setNextCodeAt(null));
  useEndOf(lock?.code === "codes_locked" ? Date.parse(lock.until) : null, () => setLock(null));

  const learn = (refusal: Refusal) => {
    if (refusal.code === "codes_locked" || refusal.code === "codes_disabled") setLock(refusal);
    if (refusal.code === "codes_work") setLock(null);
    if (refusal.code === "code_used") usedFor(refusal.seconds * 1000);
  };
  const reread = async () => {
    const told = await fetchFacts().catch(() => null);
    return told ? take(told) : nextCodeAt;
  };
  return <Context value={{ lock, passkeys: facts.passkeys, nextCodeAt, learn, reread }}>{children}</Context>;
}

async function fetchFacts(): Promise<SecondFactor | null> {
  const answer = await fetch("/api/second-factor", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
  return answer.ok ? (await answer.json()).value : null;
}

function useEndOf(at: number | null, end: () => void) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: every `end` does the same
  useEffect(() => {
    if (at === null) return;
    const timer = setTimeout(end, Math.max(0, at - Date.now()));
    return () => clearTimeout(timer);
  }, [at]);
}
