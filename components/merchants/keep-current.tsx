"use client";

import { useRouter } from "next/navigation";
import { useEffect, useEffectEvent } from "react";
import { UNATTENDED } from "@/lib/identity/session/unattended";

const EVERY_MS = 30_000;

type Props = { path: `/api/merchants/${string}`; version: string };

/**
 * Asks every 30 s while the page is seen, and when it is come back to, whether what
 * it shows has changed; only then is the page read again. Not under a dialog, which may hold what is not saved.
 */
export function KeepCurrent({ path, version }: Props) {
  const router = useRouter();
  const look = useEffectEvent(async (attended: boolean) => {
    if (document.visibilityState !== "visible" || document.querySelector("[role=dialog]")) return;
    const headers = { "If-None-Match": `"${version}"` };
    const answer = await fetch(path, { headers, cache: "no-store" }).catch(() => null);
    if (!answer || answer.status === 304 || answer.status >= 500) return;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
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
