"use client";

import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { onLogOut } from "@/components/shell/log-out-signal";

const IDLE_MS = 5 * 60_000;
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"] as const;

/**
 * Holds a secret while it may be on the screen. The secret leaves the DOM at once when the page
 * is unloaded or restored from the back-forward cache, when any tab logs out, after five minutes
 * without activity, and when its dialog calls `wipe`.
 */
export function useSecret(given: string): { secret: string | null; wipe(): void } {
  const [secret, setSecret] = useState<string | null>(given);
  const held = secret !== null;

  useEffect(() => {
    if (!held) return;
    const wipe = () => flushSync(() => setSecret(null));
    let seen = Date.now();
    const alive = () => {
      seen = Date.now();
    };
    const wipeIfIdle = () => Date.now() - seen >= IDLE_MS && wipe();
    const watch = setInterval(wipeIfIdle, 1_000);
    const stop = onLogOut(wipe);
    for (const sign of SIGNS_OF_LIFE) addEventListener(sign, alive, { passive: true });
    addEventListener("pagehide", wipe);
    addEventListener("pageshow", wipe);
    document.addEventListener("visibilitychange", wipeIfIdle);
    return () => {
      clearInterval(watch);
      stop();
      for (const sign of SIGNS_OF_LIFE) removeEventListener(sign, alive);
      removeEventListener("pagehide", wipe);
      removeEventListener("pageshow", wipe);
      document.removeEventListener("visibilitychange", wipeIfIdle);
    };
  }, [held]);

  return { secret, wipe: () => flushSync(() => setSecret(null)) };
}
