"use client";

import { useEffect, useState } from "react";
import { type TimeStyle, utc } from "./utc";

/**
 * A time in UTC. Hovering shows it in the user's own time zone, which is set after mounting
 * because the server does not know it.
 */
export function Time({ at, as = "date-time" }: { at: string; as?: TimeStyle }) {
  const [own, setOwn] = useState<string>();
  useEffect(() => {
    setOwn(new Date(at).toLocaleString(undefined, { dateStyle: "long", timeStyle: "long" }));
  }, [at]);
  return (
    <time dateTime={at} title={own}>
      {utc(at, as)}
    </time>
  );
}
