"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { useAnnounce } from "@/components/ui/announcer";

/**
 * The next content of a dialog. Its title takes the focus; title and consequence are announced.
 * Each stage needs its own `key`, or React mistakes the next stage for the last one.
 */
export function DialogStage({ children }: { children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  const say = useAnnounce();
  useEffect(() => {
    const head = element.current?.querySelector("[data-head]");
    head?.querySelector<HTMLElement>("[tabindex]")?.focus();
    return say([...(head?.children ?? [])].map(({ textContent }) => textContent).join(". "));
  }, [say]);
  return (
    <div ref={element} className="rounded-[inherit]">
      {children}
    </div>
  );
}
