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
