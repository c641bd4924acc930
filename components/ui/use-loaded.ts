"use client";

import { type ComponentType, useState } from "react";
import { beginNavigating } from "./navigating";
import { isOffline, reportOffline } from "./online";

/**
 * A part of the page whose code is fetched when it is first opened. Meanwhile the page shows that
 * it is loading. If the server can be reached but no longer has the code, the page is outdated
 * and is reloaded.
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
        () => (isOffline() ? reportOffline() : location.reload()),
      )
      .finally(end);
  };
  return { Loaded, load };
}
