"use client";

import { useEffect, useState } from "react";

/** Half of the widest tooltip plus a margin, in pixels. */
const HALF = 128;

type Tip = { text: string; x: number; y: number };

/**
 * Shows the name of an icon-only button (`data-tip`) to sighted users while the pointer or the
 * keyboard focus is on it. Escape hides it (WCAG 1.4.13). Screen readers already have the
 * button's name. One tooltip serves the whole page, outside of anything that clips.
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
