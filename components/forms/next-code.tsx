"use client";

import { useEffect, useRef, useState } from "react";
import { useAnnounce } from "@/components/ui/announcer";
import { STEP_SECONDS } from "@/lib/identity/second-factor/step";

const SAID = [15, 5];
/** After so many seconds it is too far from true to be read there. */
const HOLDS = 3;

/**
 * Whole seconds until the device shows the next code; null once it does. Announced at 15, 5
 * and 0 s.
 */
export function useNextCode(at: number | null): number | null {
  const seconds = useSeconds(at);
  const say = useAnnounce();
  const takeBack = useRef(() => {});
  const end = useRef<number | null>(null);
  useEffect(() => {
    const holds = seconds !== null && SAID.some((said) => seconds <= said && seconds > said - HOLDS);
    if (!holds) takeBack.current();
    if (seconds !== null && SAID.includes(seconds)) takeBack.current = say(`Next code in ${seconds} s.`);
    if (seconds === null && end.current !== null && Date.now() >= end.current)
      takeBack.current = say("Your authenticator app shows the next code now.");
    end.current = seconds === null ? null : at;
  }, [say, seconds, at]);
  useEffect(() => () => takeBack.current(), []);
  return seconds;
}

function useSeconds(at: number | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (at === null) return;
    setNow(Date.now());
    const beat = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(beat);
  }, [at]);
  return at === null || now >= at ? null : Math.ceil((at - now) / 1000);
}

/** The wait for the next code, in words and as a bar under the boxes. */
export const NextCode = ({ seconds }: { seconds: number }) => (
  <div role="timer" className="next-code">
    <span>Next code in</span>
    <b>{seconds} s</b>
    <span className="next-code-bar">
      <i style={{ width: `${Math.min(100, (seconds / STEP_SECONDS) * 100)}%` }} />
    </span>
  </div>
);
