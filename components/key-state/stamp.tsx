import { cx } from "../ui/cx";
import { type KeyState, StateGlyph } from "./state-glyph";

const looks: Record<KeyState, { word: string; className: string }> = {
  active: { word: "Active", className: "border-active-line bg-active-bg text-active [--cut:var(--active-bg)]" },
  standby: { word: "Standby", className: "border-standby-line bg-standby-bg text-standby" },
  generated: { word: "Generated", className: "border-dashed border-generated-line bg-generated-bg text-generated" },
  deactivating: { word: "Deactivating…", className: "border-caution-line bg-caution-bg text-caution" },
  inactive: { word: "Inactive", className: "border-inactive-line bg-inactive-bg text-inactive" },
  retired: { word: "Retired", className: "border-retired-line bg-retired-bg text-retired" },
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
