"use client";

import { type ReactNode, useEffect, useRef } from "react";

/** What a dialog shows next: the focus goes to the dialog itself, so that its new title is read and nothing is lost behind it. */
export function Stage({ children }: { children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    element.current?.closest<HTMLElement>("[role=dialog]")?.focus();
  }, []);
  return (
    <div ref={element} className="rounded-[inherit]">
      {children}
    </div>
  );
}
