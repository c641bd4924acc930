"use client";

import { useFastLook } from "@/components/merchants/use-fast-look";
import type { VersionPath } from "@/components/merchants/version-check";

const EVERY_MS = 2_000;

/**
 * While a pair is on standby, a request can make it take over at any time. The page shows it soon;
 * traffic alone does not make it read itself again.
 */
export function WatchTakeOver({ path, version }: { path: VersionPath; version: string }) {
  useFastLook({ until: Number.POSITIVE_INFINITY, everyMs: EVERY_MS, path, version, but: "traffic" });
  return null;
}
