"use client";

/** The last code accepted in this tab, and when the next one appears (milliseconds since 1970). */
export type UsedCode = { code: string; nextAt: number };

const KEY = "countersign.used-code";
const STEP_MS = 30_000;
/** A code is accepted for just over a minute; after that it is simply wrong. */
const FORGOTTEN_AFTER_MS = 60_000;

/** Read after a login and after a logout. The stored code no longer confirms anything. */
export function usedCode(): UsedCode | null {
  const [code, at] = sessionStorage.getItem(KEY)?.split(" ") ?? [];
  const nextAt = Number(at);
  return code && Date.now() < nextAt + FORGOTTEN_AFTER_MS ? { code, nextAt } : null;
}

export function rememberUsed(code: string, seconds?: number): void {
  const now = Date.now();
  const nextAt = seconds === undefined ? (Math.floor(now / STEP_MS) + 1) * STEP_MS : now + seconds * 1_000;
  sessionStorage.setItem(KEY, `${code} ${nextAt}`);
}
