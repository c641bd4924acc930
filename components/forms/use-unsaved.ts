"use client";

import { useState } from "react";

export type Unsaved = ReturnType<typeof useUnsaved>;

/**
 * Cancel, Escape and a click outside ask first if input would be lost. Escape again withdraws the
 * question.
 */
export function useUnsaved(unsaved: boolean, close: () => void) {
  const [asking, setAsking] = useState(false);
  return {
    asking: asking && unsaved,
    close: () => (unsaved ? setAsking(!asking) : close()),
    keep: () => setAsking(false),
    discard: close,
  };
}
