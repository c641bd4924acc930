"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";

const Say = createContext<(text: string) => void>(() => {});

/** Announces a text to screen readers, in the status region around the caller. */
export const useAnnounce = () => useContext(Say);

/**
 * A status region that exists before it has any text (WCAG 4.1.3): screen readers ignore a region
 * that appears together with its text. A repeated sentence is announced again.
 */
export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ text: "", count: 0 });
  const say = useCallback((text: string) => setSaid(({ count }) => ({ text, count: count + 1 })), []);
  return (
    <Say value={say}>
      {children}
      <div role="status" aria-atomic="true" className="sr-only">
        {said.text && <span key={said.count}>{said.text}</span>}
      </div>
    </Say>
  );
}

/** Announces `text` whenever it changes and is not empty. */
export function Announce({ text }: { text: string | null | undefined | false }) {
  const say = useAnnounce();
  useEffect(() => {
    if (text) say(text);
  }, [say, text]);
  return null;
}
