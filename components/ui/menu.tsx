import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "@/components/ui/icon";
import { cx } from "./cx";

/** The bold first lines of a popover: its subject. */
export const MenuHead = ({ children, hint }: { children: ReactNode; hint?: ReactNode }) => (
  <div className="px-2.5 pt-2 pb-2.5">
    <p className="font-[600]">{children}</p>
    {hint && <p className="wrap-anywhere text-subtle-foreground text-small">{hint}</p>}
  </div>
);

/** A group of items. `ruled` draws a full-width line above it. */
export const MenuGroup = ({ children, ruled }: { children: ReactNode; ruled?: boolean }) => (
  <ul className={cx(ruled && "-mx-2 mt-1.5 border-border border-t px-2 pt-1.5 sm:-mx-1.5 sm:px-1.5")}>{children}</ul>
);

/** For the link or button of an item. */
export const menuItemClass =
  "flex w-full items-center gap-3 rounded-[6px] px-2.5 py-2.75 text-start font-medium text-foreground no-underline hover:bg-sunken focus-visible:bg-sunken focus-visible:-outline-offset-2 aria-[current]:bg-primary-subtle sm:py-1.75";

/** The content of an item: an icon, a name, a hint, and `after` at its end. */
export function MenuItem({
  icon,
  hint,
  after,
  children,
}: {
  icon?: LucideIcon;
  hint?: ReactNode;
  after?: ReactNode;
  children: ReactNode;
}) {
  return (
    <>
      {icon && <Icon of={icon} className="shrink-0 text-subtle-foreground" />}
      <span className="min-w-0 flex-1">
        <span className="wrap-anywhere block">{children}</span>
        {hint && <span className="block font-normal text-subtle-foreground text-small tabular-nums">{hint}</span>}
      </span>
      {after}
    </>
  );
}
