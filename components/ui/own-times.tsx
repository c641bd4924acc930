"use client";

import { useEffect } from "react";

/**
 * A time under the pointer gets a title: the same in the user's own time zone, which the server
 * does not know. One listener serves the whole page.
 */
export function OwnTimes() {
  useEffect(() => {
    const show = ({ target }: Event) => {
      const time = target instanceof Element ? target.closest("time") : null;
      if (time)
        time.title = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "long", timeStyle: "long" });
    };
    addEventListener("pointerover", show);
    return () => removeEventListener("pointerover", show);
  }, []);
  return null;
}
