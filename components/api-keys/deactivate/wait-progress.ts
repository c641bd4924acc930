import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";

export const LATE_AFTER_MS = 3_000;

/** What the wait for the gateways shows: a bar at first, the elapsed seconds once it is late. */
export type WaitProgress = { late: false; percent: number } | { late: true; seconds: number };

export function progressAfter(elapsedMs: number): WaitProgress {
  if (elapsedMs >= LATE_AFTER_MS) return { late: true, seconds: Math.floor(elapsedMs / 1000) };
  return { late: false, percent: Math.min(96, Math.max(0, Math.round((elapsedMs / PROPAGATION_WAIT_MS) * 92))) };
}
