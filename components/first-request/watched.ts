"use client";

import { useSyncExternalStore } from "react";

/** The key whose first request this browser waits for: only its id, and since when. */
export type Watched = { id: string; since: number };

const NAME = "countersign:first-request";
const listeners = new Set<() => void>();
let cached: { text: string | null; watched: Watched | null } = { text: null, watched: null };

export const watchFor = (id: string): void => store(JSON.stringify({ id, since: Date.now() }));
export const stopWatching = (): void => store(null);

/**
 * Survives reloads, and other tabs see it too. Null on the server, and if the browser stores
 * nothing.
 */
export const useWatched = (): Watched | null => useSyncExternalStore(subscribe, read, () => null);

function store(text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, text);
  } catch {
    // A browser that stores nothing: the strip is not shown.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}

function read(): Watched | null {
  const text = stored();
  if (text !== cached.text) cached = { text, watched: parse(text) };
  return cached.watched;
}

function stored(): string | null {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
}

function parse(text: string | null): Watched | null {
  try {
    const read: unknown = JSON.parse(text ?? "null");
    const { id, since } = (read ?? {}) as Partial<Watched>;
    return typeof id === "string" && typeof since === "number" ? { id, since } : null;
  } catch {
    return null;
  }
}
