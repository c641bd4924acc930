"use client";

import { usePolling } from "@/components/merchants/use-polling";
import type { VersionPath } from "@/components/merchants/version-check";

const EVERY_MS = 2_000;

/**
 * While a pair is on standby, a request can make it take over at any time. The page shows it soon;
 * usage alone does not reload it.
 */
export function WatchTakeOver({ path, version }: { path: VersionPath; version: string }) {
  usePolling({ until: Number.POSITIVE_INFINITY, everyMs: EVERY_MS, path, version, ignoreUsage: true });
  return null;
}
