"use client";

const KEY = "countersign.passkey";

/**
 * Whether this browser's last login was confirmed with a passkey. If so, a passkey is offered
 * first. What is stored does not say whose it is.
 */
export const usedPasskeyLast = (): boolean => localStorage.getItem(KEY) !== null;

export function rememberMethod(way: "passkey" | "code"): void {
  if (way === "passkey") localStorage.setItem(KEY, "1");
  else localStorage.removeItem(KEY);
}
