import type { ReactNode } from "react";
import { cx } from "./cx";

/** A white sheet with a border. */
export const Sheet = ({
  children,
  className,
  labelledBy,
}: {
  children: ReactNode;
  className?: string;
  labelledBy?: string;
}) => (
  <section aria-labelledby={labelledBy} className={cx("rounded-card border border-border bg-surface", className)}>
    {children}
  </section>
);
