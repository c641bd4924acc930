"use client";

import { useEffect, useRef } from "react";
import type { DialogFacts, DialogRequest } from "./dialog-host";

/**
 * Where the focus goes when a dialog closes: to the element that opened it; if that is gone, to
 * the last button of the key's row; if the row is gone too, to the heading.
 */
export function focusTarget(opener: Element | null, opening: DialogRequest): HTMLElement | null {
  if (opener instanceof HTMLElement && opener.isConnected && opener !== document.body) return opener;
  const row = "of" in opening ? document.getElementById(`key-${opening.of.number}`) : null;
  const buttons = row?.querySelectorAll<HTMLElement>("[data-actions] button");
  return buttons?.item(buttons.length - 1) ?? document.querySelector<HTMLElement>("h1");
}

const SOON_MS = 10_000;

/**
 * After a change the list is read again, which can remove the focused button. The focus then
 * moves to the key's row. Returns the function to call when a dialog closes.
 */
export function useFocusReturn(facts: DialogFacts): (opening: DialogRequest) => void {
  const left = useRef<{ opening: DialogRequest; at: number }>(null);
  useEffect(() => {
    if (!facts || !left.current) return;
    const { opening, at } = left.current;
    if (Date.now() - at > SOON_MS) left.current = null;
    else if (document.activeElement === document.body) focusTarget(null, opening)?.focus();
  }, [facts]);
  return (opening) => {
    left.current = { opening, at: Date.now() };
  };
}
