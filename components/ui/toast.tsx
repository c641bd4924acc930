"use client";

import { Check } from "lucide-react";
import { useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { Icon } from "@/components/ui/icon";
import { keepClear } from "./keep-clear";

type Message = { id: number; text: string };

const STAYS_MS = 4_000;
let newest: Message | null = null;
let last = 0;
const listeners = new Set<() => void>();

/**
 * Says that something was copied or saved. Never a refusal, never a secret. It replaces the toast
 * before it: several would cover what is below them.
 */
export function toast(text: string): void {
  const id = ++last;
  set({ id, text });
  setTimeout(() => newest?.id === id && set(null), STAYS_MS);
}

function set(next: Message | null) {
  newest = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    subscribe,
    () => newest,
    () => null,
  );
  const region = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => (region.current && shown ? keepClear(region.current) : undefined), [shown]);
  return (
    <div
      ref={region}
      role="status"
      aria-live="polite"
      // Pages leave room for a toast below their content.
      className="pointer-events-none fixed inset-x-4 z-50 sm:inset-x-auto sm:right-6"
    >
      {shown && (
        <p
          key={shown.id}
          data-toast=""
          className="flex items-center gap-2.5 rounded-control bg-inverse px-3.5 py-2.75 font-[520] text-inverse-foreground shadow-toast transition-opacity duration-(--duration-slow) starting:opacity-0"
        >
          <Icon of={Check} className="shrink-0" />
          {shown.text}
        </p>
      )}
    </div>
  );
}
