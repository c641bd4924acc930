"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";

const Say = createContext<(text: string) => void>(() => {});

/** Says something to people who cannot see it, in the status region around the caller. */
export const useAnnounce = () => useContext(Say);

/**
 * A status region that is there before anything is said in it (WCAG 4.1.3): a region that appears
 * together with its text is not read. The same sentence is read again when it is said again.
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

/** Says `text` whenever it changes to something. */
export function Announce({ text }: { text: string | null | undefined | false }) {
  const say = useAnnounce();
  useEffect(() => {
    if (text) say(text);
  }, [say, text]);
  return null;
}
