"use client";

import { useEffect } from "react";
import { useDesk } from "./desk";

const EVERY_MS = 1_500;

/** Reads the page again while a deactivation is under way: it ends without a click. */
export function KeepFresh() {
  const { refresh } = useDesk();
  useEffect(() => {
    const beat = setInterval(refresh, EVERY_MS);
    return () => clearInterval(beat);
  }, [refresh]);
  return null;
}

/** Reads the page again once, after a while: by then a secret just activated has been received, or was not. */
export function FreshIn({ ms }: { ms: number }) {
  const { refresh } = useDesk();
  useEffect(() => {
    const once = setTimeout(refresh, ms);
    return () => clearTimeout(once);
  }, [refresh, ms]);
  return null;
}
