"use client";

import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent, useTransition } from "react";
import { hasChanged, markUnattended, type VersionPath } from "./version-check";

const EVERY_MS = 30_000;

/**
 * Checks whether the page's data has changed: every 30 s while the page is visible, and whenever
 * the user comes back to it. Only then is the page read again, once at a time. Never under a
 * dialog, which can hold unsaved input.
 */
export function RefreshOnChange({ path, version }: { path: VersionPath; version: string }) {
  const router = useRouter();
  const [reading, start] = useTransition();
  const look = useEffectEvent(async (attended: boolean) => {
    if (reading || !(await hasChanged(path, version))) return;
    if (!attended) markUnattended();
    start(() => router.refresh());
  });
  useEffect(() => {
    const back = () => void look(true);
    const beat = setInterval(() => void look(false), EVERY_MS);
    addEventListener("focus", back);
    addEventListener("online", back);
    document.addEventListener("visibilitychange", back);
    return () => {
      clearInterval(beat);
      removeEventListener("focus", back);
      removeEventListener("online", back);
      document.removeEventListener("visibilitychange", back);
    };
  }, []);
  return null;
}
