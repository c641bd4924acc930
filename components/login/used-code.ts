"use client";

/** The last code that was accepted in this tab, and when the next one comes (milliseconds since 1970). */
export type UsedCode = { code: string; nextAt: number };

const KEY = "countersign.used-code";
const STEP_MS = 30_000;
/** A code can be accepted for a minute and a few seconds; after that it is simply wrong. */
const FORGOTTEN_AFTER_MS = 60_000;

/** Read again after a login and after a log out: what it holds can confirm nothing any more. */
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
