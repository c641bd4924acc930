"use client";

import { useEffect, useRef } from "react";
import type { DialogFacts, DialogRequest } from "./dialog-host";

/** The control that a dialog is opened with now: for an item of a menu, the menu's button. */
export function currentOpener(): Element | null {
  const { activeElement } = document;
  const menu = activeElement?.closest("[role=menu]");
  return menu ? document.querySelector("[aria-haspopup=menu][aria-expanded=true]") : activeElement;
}

/** The element that opened a dialog, if it is still there; else the page's heading. */
export const openerOrHeading = (opener: Element | null): HTMLElement | null =>
  stillThere(opener) ?? document.querySelector<HTMLElement>("h1");

const stillThere = (opener: Element | null): HTMLElement | null =>
  opener instanceof HTMLElement && opener.isConnected && opener !== document.body ? opener : null;

/**
 * Where the focus goes when a dialog closes: to the element that opened it; if that is gone, to
 * what names the key, and never to another action; if its row is gone too, to the heading.
 */
export function focusTarget(opener: Element | null, opening: DialogRequest): HTMLElement | null {
  const row = "of" in opening ? document.getElementById(`key-${opening.of.number}`) : null;
  const name = row?.querySelector<HTMLElement>("h1, a[href]");
  // Retired keys are folded away.
  return stillThere(opener) ?? (name?.checkVisibility() ? name : openerOrHeading(null));
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
