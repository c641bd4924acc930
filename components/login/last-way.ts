"use client";

const KEY = "countersign.passkey";

/** Whether the last login of this browser was confirmed with a passkey: it is then offered first. Nothing says whose. */
export const passkeyCameLast = (): boolean => localStorage.getItem(KEY) !== null;

export function keepWay(way: "passkey" | "code"): void {
  if (way === "passkey") localStorage.setItem(KEY, "1");
  else localStorage.removeItem(KEY);
}
