"use client";

import { useSyncExternalStore } from "react";

let told = 0;
const listeners = new Set<() => void>();

export const isOffline = (): boolean => typeof navigator !== "undefined" && !navigator.onLine;

/** Called when an offline user presses something that needs the server: announces it again. */
export function reportOffline(): void {
  told++;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

/** 0 while online. Offline, a number that changes whenever the notice is to be announced again. */
export const useOffline = (): number =>
  useSyncExternalStore(
    subscribe,
    () => (isOffline() ? told + 1 : 0),
    () => 0,
  );
