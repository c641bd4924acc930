"use client";

import { useEffect } from "react";
import { useAnnounce } from "./announcer";

/** A sentence that is new each time it is made, though its words are the same. */
export type Announced = { text: string };

/** Says a refusal when it comes, and again when it comes again: one sent with Enter finds the focus in its field already. */
export function useAnnounced(said: Announced | null): void {
  const say = useAnnounce();
  useEffect(() => {
    if (said) say(said.text);
  }, [say, said]);
}
