"use client";

import { useEffect, useEffectEvent } from "react";
import { useDialogHost } from "../../forms/dialog-host";

const EVERY_MS = 1_500;

/** Reads the page again and again while a deactivation is under way, one reading after the other: it ends without a click. */
export function KeepFresh() {
  const { refresh, refreshing } = useDialogHost();
  const read = useEffectEvent(refresh);
  useEffect(() => {
    if (refreshing) return;
    const next = setTimeout(() => read(), EVERY_MS);
    return () => clearTimeout(next);
  }, [refreshing]);
  return null;
}

/** Reads the page again once, after a while: by then a secret just activated has been received, or was not. */
export function FreshIn({ ms }: { ms: number }) {
  const { refresh } = useDialogHost();
  const read = useEffectEvent(refresh);
  useEffect(() => {
    const once = setTimeout(() => read(), ms);
    return () => clearTimeout(once);
  }, [ms]);
  return null;
}
