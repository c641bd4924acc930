"use client";

import { useEffect, useEffectEvent, useState } from "react";

type Left = { idle: number; end: number };
/** When the session ends, in this browser's time. `stays`: it can be extended. */
export type Warning = { endsAt: number; stays: boolean };

const WARNED_S = 120;
const FIRST_LOOK_S = 13 * 60;
const AGAIN_S = 5;
const UNREACHED_S = 30;

const ask = async (method: "GET" | "POST"): Promise<Left | "over" | "unreached"> => {
  try {
    const response = await fetch("/api/session", { method, cache: "no-store", signal: AbortSignal.timeout(10_000) });
    if (response.status === 401) return "over";
    return response.ok ? await response.json() : "unreached";
  } catch {
    return "unreached";
  }
};

/**
 * Warns two minutes before the session ends. Other tabs may have used the session meanwhile, so
 * this hook asks the server, for the first time after 13 minutes. Once the session is over, it
 * reloads the page, which leads to the login page with the reason.
 */
export function useSessionLeft() {
  const [warning, setWarning] = useState<Warning | null>(null);
  const [lookAt, setLookAt] = useState(() => Date.now() + FIRST_LOOK_S * 1_000);
  const lookIn = (seconds: number) => setLookAt(Date.now() + seconds * 1_000);

  const take = (left: Left | "over" | "unreached") => {
    if (left === "over") return location.reload();
    if (left === "unreached") return lookIn(UNREACHED_S);
    const stays = left.idle < left.end;
    const seconds = Math.min(left.idle, left.end);
    if (seconds > WARNED_S) {
      setWarning(null);
      return lookIn(seconds - WARNED_S);
    }
    setWarning({ endsAt: Date.now() + seconds * 1_000, stays });
    // The last check comes 1 s after the end, when the session is surely over: a page that loads
    // before the end extends the session.
    lookIn(Math.min(AGAIN_S, seconds + 1));
  };
  const look = useEffectEvent(() => void ask("GET").then(take));

  useEffect(() => {
    const timer = setTimeout(() => look(), Math.max(0, lookAt - Date.now()));
    const wake = () => document.visibilityState === "visible" && Date.now() > lookAt && look();
    document.addEventListener("visibilitychange", wake);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", wake);
    };
  }, [lookAt]);

  return { warning, stay: () => void ask("POST").then(take) };
}
