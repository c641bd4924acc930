"use client";

import { useEffect, useEffectEvent } from "react";
import { useDialogHost } from "../../forms/dialog-host";

const EVERY_MS = 1_500;

/**
 * Reads the page again and again, one read at a time, while a deactivation is in progress, so
 * that its end shows without a click.
 */
export function AutoRefresh() {
  const { refresh, refreshing } = useDialogHost();
  const read = useEffectEvent(refresh);
  useEffect(() => {
    if (refreshing) return;
    const next = setTimeout(() => read(), EVERY_MS);
    return () => clearTimeout(next);
  }, [refreshing]);
  return null;
}

/**
 * Reads the page once more after `ms`. By then it is certain whether a secret that was just
 * activated has been confirmed.
 */
export function RefreshAfter({ ms }: { ms: number }) {
  const { refresh } = useDialogHost();
  const read = useEffectEvent(refresh);
  useEffect(() => {
    const once = setTimeout(() => read(), ms);
    return () => clearTimeout(once);
  }, [ms]);
  return null;
}
