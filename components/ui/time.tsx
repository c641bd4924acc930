"use client";

import { useEffect, useState } from "react";
import { type TimeStyle, utc } from "./utc";

/** A time in UTC; hovering shows it in the viewer's own zone (set after mount: the server does not know it). */
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
