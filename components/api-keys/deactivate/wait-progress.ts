import { PROPAGATION_WAIT_MS } from "@/lib/platform/lease";

/** Later than any wait for gateways that work: then the dialog says that one has not confirmed. */
export const LATE_AFTER_MS = 3_000;

/** What the wait for the gateways shows: a bar at first, the elapsed seconds once it is late. */
export type WaitProgress = { late: false; percent: number } | { late: true; seconds: number };

/**
 * The bar is at 92 percent when the wait should be over, and stops at 96: only the answer of the
 * server completes it.
 */
export function progressAfter(elapsedMs: number): WaitProgress {
  if (elapsedMs >= LATE_AFTER_MS) return { late: true, seconds: Math.floor(elapsedMs / 1000) };
  return { late: false, percent: Math.min(96, Math.max(0, Math.round((elapsedMs / PROPAGATION_WAIT_MS) * 92))) };
}
