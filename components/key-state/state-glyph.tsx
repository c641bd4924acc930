import { cx } from "../ui/cx";

export type KeyState = "standby" | "generated" | "active" | "deactivating" | "inactive" | "retired";

/**
 * A key's state as a shape that needs no colour. Used only for keys and the steps of their
 * changes.
 */
export function StateGlyph({ state, className = "size-3.5" }: { state: KeyState; className?: string }) {
  return (
    <svg
      viewBox="0 0 14 14"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      className={cx("block shrink-0", className)}
    >
      {shapes[state]}
    </svg>
  );
}

const ring = <circle cx="7" cy="7" r="5.7" />;

const shapes = {
  standby: (
    <>
      {ring}
      <path d="M7 1.3a5.7 5.7 0 0 1 0 11.4z" fill="currentColor" stroke="none" />
    </>
  ),
  active: (
    <>
      <circle cx="7" cy="7" r="6.5" fill="currentColor" stroke="none" />
      <path
        d="m4.2 7.2 2 2 3.7-4.1"
        stroke="var(--glyph-background, var(--surface))"
        strokeWidth={1.6}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  generated: <circle cx="7" cy="7" r="5.7" strokeWidth={1.6} strokeDasharray="2.6 1.88" />,
  deactivating: (
    <>
      {ring}
      <circle cx="7" cy="7" r="2.8" fill="currentColor" stroke="none" />
    </>
  ),
  inactive: (
    <>
      {ring}
      <path d="M5.6 5v4M8.4 5v4" strokeLinecap="round" />
    </>
  ),
  retired: (
    <>
      {ring}
      <path d="m3.1 10.9 7.8-7.8" />
    </>
  ),
};
