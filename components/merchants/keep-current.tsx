"use client";

import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent } from "react";
import { hasChanged, unattended, type VersionPath } from "./look-for-change";

const EVERY_MS = 30_000;

/**
 * Asks every 30 s while the page is seen, and when it is come back to, whether what
 * it shows has changed; only then is the page read again. Not under a dialog, which may hold what is not saved.
 */
export function KeepCurrent({ path, version }: { path: VersionPath; version: string }) {
  const router = useRouter();
  const look = useEffectEvent(async (attended: boolean) => {
    if (!(await hasChanged(path, version))) return;
    if (!attended) unattended();
    router.refresh();
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
