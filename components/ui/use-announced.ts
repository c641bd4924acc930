"use client";

import { useEffect } from "react";
import { useAnnounce } from "./announcer";

/** A sentence to announce. A new object with the same words is announced again. */
export type Announced = { text: string };

/**
 * Announces a refusal each time it occurs, and takes its words back once it is cleared. The focus
 * may already be in the refused field (after Enter), where moving it would announce nothing.
 */
export function useAnnounced(said: Announced | null): void {
  const say = useAnnounce();
  useEffect(() => (said ? say(said.text) : undefined), [say, said]);
}
