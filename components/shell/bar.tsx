import type { ReactNode } from "react";
import { cx } from "@/components/ui/cx";
import { Link } from "@/components/ui/link";
import { Mark, Wordmark } from "./brand";
import { containerClass } from "./container";

/**
 * The bar at the top of every page after the login. `crumb` leads back; `children` go at its end.
 */
export const Bar = ({ crumb, children }: { crumb?: ReactNode; children?: ReactNode }) => (
  <header className="group border-border border-b bg-surface">
    <a
      href="#content"
      className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-10 focus:rounded-control focus:bg-surface focus:px-3 focus:py-2"
    >
      Skip to the content
    </a>
    <div className={cx(containerClass, "flex h-14 items-center gap-2 sm:gap-3")}>
      <Link
        href="/merchants"
        aria-label="Countersign"
        className="flex items-center gap-2.5 text-foreground no-underline"
      >
        <Mark />
        <span className="max-sm:group-has-[nav]:hidden">
          <Wordmark />
        </span>
      </Link>
      {crumb}
      <span className="flex-1" />
      {children}
    </div>
  </header>
);
