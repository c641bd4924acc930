"use client";

import { useSyncExternalStore } from "react";

let told = 0;
const listeners = new Set<() => void>();

export const isOffline = (): boolean => typeof navigator !== "undefined" && !navigator.onLine;

/** Something was pressed that needs the server: it is said again that nothing was sent. */
export function tellOffline(): void {
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

/** 0 while there is a connection; offline a number that changes whenever it is to be said again. */
export const useOffline = (): number =>
  useSyncExternalStore(
    subscribe,
    () => (isOffline() ? told + 1 : 0),
    () => 0,
  );
