import type { ReactNode } from "react";
import { type KeyState, StateGlyph } from "../key-state/state-glyph";
import { cx } from "./cx";

const hues: Record<KeyState, string> = {
  active: "text-active",
  standby: "text-standby",
  generated: "text-generated",
  deactivating: "text-warning",
  inactive: "text-inactive",
  retired: "text-retired",
};

/**
 * The sentence under a title: the current state, then what to do next. `on` is the background
 * that shows through the glyph.
 */
export function StatusBadge({
  state,
  id,
  on = "background",
  children,
}: {
  state: KeyState;
  id?: string;
  on?: "background" | "surface";
  children: ReactNode;
}) {
  return (
    <div
      id={id}
      className={cx(
        "flex gap-2.25 text-muted-foreground [&_b]:font-[600] [&_b]:text-foreground",
        on === "background" && "mt-1.5 [--glyph-background:var(--background)]",
      )}
    >
      <StateGlyph state={state} className={cx("mt-1 size-3.5", hues[state])} />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
