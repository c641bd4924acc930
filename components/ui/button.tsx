import type { ComponentProps } from "react";
import { cx } from "./cx";

type Variant = "primary" | "secondary" | "ghost" | "danger" | "danger-outline";
type Size = "plain" | "page" | "row" | "dialog" | "wide";
type Look = { variant?: Variant; size?: Size };

const variants: Record<Variant, string> = {
  primary: "border-transparent bg-primary text-primary-foreground hover:bg-primary-hover",
  secondary:
    "border-border-strong bg-surface text-foreground hover:bg-sunken in-[[role=dialog]]:bg-inset in-[[role=dialog]]:hover:bg-sunken",
  ghost: "border-transparent text-muted-foreground hover:bg-sunken hover:text-foreground",
  danger: "border-transparent bg-danger-solid text-danger-foreground hover:bg-danger-solid-hover",
  "danger-outline": "border-border-strong bg-surface text-danger hover:border-danger hover:bg-danger-bg",
};

const sizes: Record<Size, string> = {
  plain: "h-9 px-3.5 text-body",
  page: "h-11 w-full px-3.5 text-body sm:h-9 sm:w-auto",
  row: "h-11 flex-1 px-3 text-body md:h-8 md:flex-none md:text-label",
  dialog: "h-12 flex-1 px-2 text-body sm:h-10 sm:flex-none sm:px-4.5",
  wide: "h-11 w-full px-3.5 text-body",
};

const base =
  "inline-flex shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded-control border font-label leading-5 no-underline transition-colors";

/** For links that look like buttons. */
export const buttonClass = ({ variant = "secondary", size = "plain" }: Look = {}): string =>
  cx(base, variants[variant], sizes[size]);

/**
 * `blocked`: cannot be used now, but stays focusable; `aria-describedby` says why.
 * `waiting`: its work is in progress.
 */
export function Button({
  variant = "secondary",
  size = "plain",
  blocked,
  waiting,
  className,
  onClick,
  ...rest
}: ComponentProps<"button"> & Look & { blocked?: boolean; waiting?: boolean }) {
  const held = blocked || waiting;
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={held || undefined}
      aria-busy={waiting || undefined}
      onClick={held ? (event) => event.preventDefault() : onClick}
      className={cx(
        base,
        blocked ? "cursor-not-allowed! border-transparent bg-sunken text-subtle-foreground" : variants[variant],
        waiting && "cursor-progress! opacity-70",
        sizes[size],
        className,
      )}
    />
  );
}
