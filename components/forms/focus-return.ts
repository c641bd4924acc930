"use client";

import { useEffect, useRef } from "react";

/**
 * The control that opened a dialog, with the name it had then: after a change React can use the
 * same button for another action.
 */
export type Opener = { control: HTMLElement; name: string };

const nameOf = (control: HTMLElement) => control.ariaLabel ?? control.textContent ?? "";

/** What has the focus. In a menu or popover, which closes, it is the button that opened that. */
export function currentOpener(): Opener | null {
  const focused = document.activeElement;
  const popup = focused?.closest("[role=menu], [role=dialog]");
  const control = popup ? document.querySelector(`[aria-controls="${popup.id}"]`) : focused;
  if (!(control instanceof HTMLElement) || control === document.body) return null;
  return { control, name: nameOf(control) };
}

const isSame = ({ control, name }: Opener) => control.isConnected && nameOf(control) === name;

/**
 * Where the focus goes when a dialog closes: to the control that opened it; if that is gone, or is
 * another action now, to what names the key, in its row or on its page; if that is gone too, to
 * the page's heading. Never to another action: Enter, pressed once more, would begin it.
 */
export function focusTarget(opener: Opener | null, row?: string): HTMLElement | null {
  if (opener && isSame(opener)) return opener.control;
  const name = row ? document.getElementById(row)?.querySelector<HTMLElement>("h1, a[href]") : null;
  return name?.checkVisibility() ? name : document.querySelector<HTMLElement>("h1");
}

const SOON_MS = 10_000;

/**
 * After a change the page is read again, which can remove the focused control or make another
 * action of it. Then the focus moves on. `page`: what is new each time it is read. Returns the
 * function to call when a dialog closes.
 */
export function useFocusReturn(page: unknown): (opener: Opener | null, row?: string) => void {
  const closed = useRef<{ opener: Opener | null; row?: string; at: number }>(null);
  useEffect(() => {
    if (!page || !closed.current) return;
    const { opener, row, at } = closed.current;
    const focused = document.activeElement;
    if (Date.now() - at > SOON_MS) closed.current = null;
    else if (focused === document.body || (focused === opener?.control && !isSame(opener)))
      focusTarget(opener, row)?.focus();
  }, [page]);
  return (opener, row) => {
    closed.current = { opener, row, at: Date.now() };
  };
}
