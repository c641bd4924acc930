"use client";

import { Fragment, type ReactNode, useEffect, useState } from "react";
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
  const parts = utc(at, as).split(", ");
  return (
    <time dateTime={at} title={own} className={parts.length > 1 ? "whitespace-normal" : undefined}>
      {parts.length > 1 ? wraps(parts) : parts}
    </time>
  );
}

/** A line can end between a date and a time, and nowhere else. */
const wraps = (parts: string[]): ReactNode =>
  parts.map((part, at) => (
    <Fragment key={part}>
      {at > 0 && ", "}
      <span className="whitespace-nowrap">{part}</span>
    </Fragment>
  ));
