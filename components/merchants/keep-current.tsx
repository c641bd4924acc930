"use client";

import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent } from "react";
import { UNATTENDED } from "@/lib/identity/session/unattended";

const EVERY_MS = 30_000;

type Props = { path: `/api/merchants/${string}`; version: string };

/**
 * Checks whether the page's data has changed: every 30 s while the page is visible, and whenever
 * the user comes back to it. Only then is the page read again. Never under a dialog, which can
 * hold unsaved input.
 */
export function KeepCurrent({ path, version }: Props) {
  const router = useRouter();
  const look = useEffectEvent(async (attended: boolean) => {
    if (document.visibilityState !== "visible" || document.querySelector("[role=dialog]")) return;
    const headers = { "If-None-Match": `"${version}"` };
    const answer = await fetch(path, { headers, cache: "no-store" }).catch(() => null);
    if (!answer || answer.status === 304 || answer.status >= 500) return;
    // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store API
    if (!attended) document.cookie = `${UNATTENDED}=1; Path=/; SameSite=Strict; Max-Age=5`;
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
