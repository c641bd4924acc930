import { cx } from "../ui/cx";
import { type KeyState, StateGlyph } from "./state-glyph";

const looks: Record<KeyState, { word: string; className: string }> = {
  active: {
    word: "Active",
    className: "border-active-border bg-active-bg text-active [--glyph-background:var(--active-bg)]",
  },
  standby: { word: "Standby", className: "border-standby-border bg-standby-bg text-standby" },
  generated: { word: "Generated", className: "border-dashed border-generated-border bg-generated-bg text-generated" },
  deactivating: { word: "Deactivating…", className: "border-warning-border bg-warning-bg text-warning" },
  inactive: { word: "Inactive", className: "border-inactive-border bg-inactive-bg text-inactive" },
  retired: { word: "Retired", className: "border-retired-border bg-retired-bg text-retired" },
};

/** A key's state as a shape, a word and a colour. */
export function Stamp({ state }: { state: KeyState }) {
  const { word, className } = looks[state];
  return (
    <span
      className={cx(
        "inline-flex h-5.5 items-center gap-1.5 whitespace-nowrap rounded-chip border pr-2 pl-1.5 font-[560] text-small",
        className,
      )}
    >
      <StateGlyph state={state} />
      {word}
    </span>
  );
}
