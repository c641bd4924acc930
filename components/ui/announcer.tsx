"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";

type TakeBack = () => void;

const Say = createContext<(text: string) => TakeBack>(() => () => {});

/**
 * Announces a text to screen readers, in the status region around the caller. Call what it returns
 * when the text no longer holds, or else it can still be read there.
 */
export const useAnnounce = () => useContext(Say);

/**
 * A status region that exists before it has any text (WCAG 4.1.3): screen readers ignore a region
 * that appears together with its text. A repeated sentence is announced again.
 */
export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ text: "", count: 0 });
  const last = useRef(0);
  const say = useCallback((text: string) => {
    const count = ++last.current;
    setSaid({ text, count });
    return () => setSaid((now) => (now.count === count ? { text: "", count } : now));
  }, []);
  return (
    <Say value={say}>
      {children}
      <div role="status" aria-atomic="true" className="sr-only">
        {said.text && <span key={said.count}>{said.text}</span>}
      </div>
    </Say>
  );
}

/** Announces `text` whenever it changes and is not empty, until it changes or is removed. */
export function Announce({ text }: { text: string | null | undefined | false }) {
  const say = useAnnounce();
  useEffect(() => (text ? say(text) : undefined), [say, text]);
  return null;
}
