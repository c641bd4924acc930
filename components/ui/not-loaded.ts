"use client";

import { useSyncExternalStore } from "react";
import { isOffline, reportOffline } from "./online";

let told = 0;
const listeners = new Set<() => void>();

/**
 * Fetches a part of the page's code. If that fails, the page says why and resolves to null: without
 * a network it is offline; otherwise the files may have been replaced, and only a reload gets the
 * new ones.
 */
export async function loadPart<T>(fetchPart: () => Promise<T>): Promise<T | null> {
  try {
    const part = await fetchPart();
    set(0);
    return part;
  } catch {
    if (isOffline()) reportOffline();
    else reportNotLoaded();
    return null;
  }
}

/** Announces it again, too. */
export const reportNotLoaded = (): void => set(told + 1);

function set(next: number): void {
  told = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * 0 if all parts were loaded. Otherwise a number that changes whenever the notice is to be
 * announced again.
 */
export const useNotLoaded = (): number =>
  useSyncExternalStore(
    subscribe,
    () => told,
    () => 0,
  );
