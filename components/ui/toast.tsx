"use client";

import { Check } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Icon } from "@/components/ui/icon";

type Message = { id: number; text: string };

const STAYS_MS = 4_000;
const none: Message[] = [];
let messages: Message[] = none;
let last = 0;
const listeners = new Set<() => void>();

/** Says that something was copied or saved. Never a refusal, never a secret. */
export function toast(text: string): void {
  const id = ++last;
  set([...messages.slice(-2), { id, text }]);
  setTimeout(() => set(messages.filter((message) => message.id !== id)), STAYS_MS);
}

function set(next: Message[]) {
  messages = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    subscribe,
    () => messages,
    () => none,
  );
  return (
    <div
      role="status"
      aria-live="polite"
      // A dialog's buttons are at its end, on phones at the bottom of the screen, so a toast then
      // appears at the top. Pages leave room for a toast below their content.
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 grid gap-2 [body:has([role=dialog])_&]:top-4 [body:has([role=dialog])_&]:bottom-auto sm:inset-x-auto sm:right-6 sm:bottom-6"
    >
      {shown.map(({ id, text }) => (
        <p
          key={id}
          data-toast=""
          className="flex items-center gap-2.5 rounded-control bg-inverse px-3.5 py-2.75 font-[520] text-inverse-foreground shadow-toast transition-opacity duration-(--duration-slow) starting:opacity-0"
        >
          <Icon of={Check} className="shrink-0" />
          {text}
        </p>
      ))}
    </div>
  );
}
