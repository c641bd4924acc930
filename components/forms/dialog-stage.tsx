"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { useAnnounce } from "@/components/ui/announcer";

/**
 * What a dialog shows next: its title takes the focus, and title and consequence are said. Each stage
 * needs a key of its own, or React takes the next one for the last.
 */
export function DialogStage({ children }: { children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  const say = useAnnounce();
  useEffect(() => {
    const head = element.current?.querySelector("[data-head]");
    head?.querySelector<HTMLElement>("[tabindex]")?.focus();
    say([...(head?.children ?? [])].map(({ textContent }) => textContent).join(". "));
  }, [say]);
  return (
    <div ref={element} className="rounded-[inherit]">
      {children}
    </div>
  );
}
