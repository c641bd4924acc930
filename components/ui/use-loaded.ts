"use client";

import { type ComponentType, useState } from "react";
import { beginNavigating } from "./navigating";
import { isOffline, tellOffline } from "./online";

/**
 * A part of the page that is fetched when it is first opened. Meanwhile the page says that something is on its way. What a server that can be
 * reached does not have is of another version: the page is loaded again.
 */
export function useLoaded<P>(fetchPart: () => Promise<ComponentType<P>>) {
  const [Loaded, setLoaded] = useState<ComponentType<P> | null>(null);
  const load = (then: () => void) => {
    if (Loaded) return then();
    const end = beginNavigating();
    fetchPart()
      .then(
        (part) => {
          setLoaded(() => part);
          then();
        },
        () => (isOffline() ? tellOffline() : location.reload()),
      )
      .finally(end);
  };
  return { Loaded, load };
}
