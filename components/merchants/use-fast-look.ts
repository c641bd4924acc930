"use client";

import { useEffect, useEffectEvent } from "react";
import { useDialogHost } from "../forms/dialog-host";
import { hasChanged, unattended, type VersionPath } from "./version-check";

type Asked = {
  /** This browser's clock, in milliseconds; 0 asks nothing. */
  until: number;
  everyMs: number;
  path: VersionPath;
  version: string;
  but?: "traffic";
};

/** Checks for changes, one request at a time, until `until`, and then reads the page again. */
export function useFastLook({ until, everyMs, path, version, but }: Asked): void {
  const { refresh } = useDialogHost();
  const look = useEffectEvent(async () => {
    if (!(await hasChanged(path, version, but))) return;
    unattended();
    refresh();
  });
  useEffect(() => {
    if (until === 0) return;
    let next: ReturnType<typeof setTimeout>;
    let over = false;
    const beat = async () => {
      await look();
      if (!over && Date.now() < until) next = setTimeout(() => void beat(), everyMs);
    };
    next = setTimeout(() => void beat(), everyMs);
    return () => {
      over = true;
      clearTimeout(next);
    };
  }, [until, everyMs]);
}
