"use client";

import { Popover as Base } from "@base-ui/react/popover";
import { cx } from "./cx";
import type { PopoverProps } from "./popover";

/** The popover once it has been opened. */
export function OpenedPopover({
  trigger,
  label,
  align = "end",
  anchor,
  width = "sm:w-66",
  open,
  onOpenChange,
  children,
}: PopoverProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-20 bg-overlay transition-opacity duration-(--duration-slow) data-ending-style:opacity-0 data-starting-style:opacity-0 sm:hidden" />
        <Base.Positioner
          anchor={anchor}
          align={align}
          sideOffset={4}
          collisionPadding={16}
          className="z-20 max-sm:fixed! max-sm:inset-x-0! max-sm:top-auto! max-sm:bottom-0! max-sm:w-auto! max-sm:transform-none!"
        >
          <Base.Popup
            aria-label={label}
            className={cx(
              "max-h-[85dvh] overflow-auto rounded-t-dialog border-border-strong border-t bg-raised px-2 pt-2.5 pb-4 shadow-menu outline-none transition-[opacity,translate] duration-(--duration-slow) data-starting-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:rounded-card sm:border sm:p-1.5",
              width,
            )}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
