"use client";

import { type ComponentType, useState } from "react";
import { beginNavigating } from "./navigating";
import { loadPart } from "./not-loaded";

/**
 * A part of the page whose code is fetched when it is first opened. Meanwhile the page shows that
 * it is loading.
 */
export function useLoaded<P>(fetchPart: () => Promise<ComponentType<P>>) {
  const [Loaded, setLoaded] = useState<ComponentType<P> | null>(null);
  const load = async (then: () => void) => {
    if (Loaded) return then();
    const end = beginNavigating();
    const part = await loadPart(fetchPart);
    end();
    if (!part) return;
    setLoaded(() => part);
    then();
  };
  return { Loaded, load };
}
