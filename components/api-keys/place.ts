import type { Opening } from "./desk";

/** Where the focus goes when a dialog ends: to what opened it; if the change took that away, to the key's last button; if the key is gone too, to the heading. */
export function placeOf(opener: Element | null, opening: Opening): HTMLElement | null {
  if (opener instanceof HTMLElement && opener.isConnected && opener !== document.body) return opener;
  const row = "of" in opening ? document.getElementById(`key-${opening.of.number}`) : null;
  const buttons = row?.querySelectorAll<HTMLElement>("[data-actions] button");
  return buttons?.item(buttons.length - 1) ?? document.querySelector<HTMLElement>("h1");
}
