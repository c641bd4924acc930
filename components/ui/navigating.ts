"use client";

import { useSyncExternalStore } from "react";

let links = 0;
const listeners = new Set<() => void>();

/**
 * Called when something starts to load. @returns the function to call once it has loaded, or
 * another link was pressed
 */
export function beginNavigating(): () => void {
  change(1);
  return () => change(-1);
}

function change(by: number): void {
  links += by;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useNavigating = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => links > 0,
    () => false,
  );
