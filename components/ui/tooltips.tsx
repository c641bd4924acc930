"use client";

import { useEffect, useState } from "react";

/** Half of the widest, and a margin. */
const HALF = 128;

type Tip = { text: string; x: number; y: number };

/**
 * The name of an icon that stands alone, for people who see it: shown while the pointer or the
 * keyboard is on a button with `data-tip`, gone with Escape (WCAG 1.4.13). Readers have the
 * button's name already. One for all of a page, outside what clips.
 */
export function Tooltips() {
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => {
    const show = ({ target, type }: Event) => {
      const button = target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
      if (!button) return type === "pointerover" && setTip(null);
      if (type === "focusin" && !button.matches(":focus-visible")) return;
      const { left, width, bottom } = button.getBoundingClientRect();
      const x = Math.min(Math.max(left + width / 2, HALF), innerWidth - HALF);
      setTip({ text: button.dataset.tip ?? "", x, y: bottom + 6 });
    };
    const hide = () => setTip(null);
    const onEscape = ({ key }: KeyboardEvent) => key === "Escape" && hide();
    const shown = ["pointerover", "focusin"] as const;
    const hidden = ["pointerdown", "focusout", "scroll"] as const;
    for (const event of shown) addEventListener(event, show);
    for (const event of hidden) addEventListener(event, hide, true);
    addEventListener("keydown", onEscape, true);
    return () => {
      for (const event of shown) removeEventListener(event, show);
      for (const event of hidden) removeEventListener(event, hide, true);
      removeEventListener("keydown", onEscape, true);
    };
  }, []);
  if (!tip) return null;
  return (
    <div aria-hidden="true" className="tooltip" style={{ left: tip.x, top: tip.y }}>
      {tip.text}
    </div>
  );
}
