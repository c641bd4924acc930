"use client";

import { useEffect, useEffectEvent } from "react";
import { useDialogHost } from "../forms/dialog-host";
import { hasChanged, markUnattended, type VersionPath } from "./version-check";

type Options = {
  /** This browser's clock, in milliseconds; 0 never checks. */
  until: number;
  everyMs: number;
  path: VersionPath;
  version: string;
  /** Whether a change of usage alone does not count. */
  ignoreUsage?: boolean;
};

/**
 * Checks for changes, one request at a time, until `until`, and then reads the page again. Not
 * while the page is being read: a later read replaces an earlier one that is under way, so a page
 * that takes longer to read than the pause between two checks would never show anything.
 */
export function usePolling({ until, everyMs, path, version, ignoreUsage }: Options): void {
  const { refresh, refreshing } = useDialogHost();
  const check = useEffectEvent(async () => {
    if (refreshing || !(await hasChanged(path, version, { ignoreUsage }))) return;
    markUnattended();
    refresh();
  });
  useEffect(() => {
    if (until === 0) return;
    let next: ReturnType<typeof setTimeout>;
    let over = false;
    const tick = async () => {
      await check();
      if (!over && Date.now() < until) next = setTimeout(() => void tick(), everyMs);
    };
    next = setTimeout(() => void tick(), everyMs);
    return () => {
      over = true;
      clearTimeout(next);
    };
  }, [until, everyMs]);
}
