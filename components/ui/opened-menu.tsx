"use client";

import { Menu as Base } from "@base-ui/react/menu";
import type { ActionMenuProps } from "./action-menu";
import { MenuItem, menuItemClass } from "./menu";

/** The part of ActionMenu that is loaded when the menu is first opened. */
export function OpenedMenu({ trigger, actions }: ActionMenuProps) {
  return (
    <Base.Root defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-20 bg-overlay transition-opacity duration-(--duration-slow) data-ending-style:opacity-0 data-starting-style:opacity-0 sm:hidden" />
        <Base.Positioner
          align="end"
          sideOffset={4}
          collisionPadding={16}
          className="z-20 max-sm:fixed! max-sm:inset-x-0! max-sm:top-auto! max-sm:bottom-0! max-sm:w-auto! max-sm:transform-none!"
        >
          <Base.Popup className="rounded-t-dialog border-border-strong border-t bg-raised px-2 pt-2.5 pb-4 shadow-menu outline-none transition-[opacity,translate] duration-(--duration-slow) data-starting-style:translate-y-2 data-ending-style:opacity-0 data-starting-style:opacity-0 sm:w-58 sm:rounded-card sm:border sm:p-1.5">
            {actions.map(({ name, icon, hint, onPick }) => (
              <Base.Item
                key={name}
                onClick={onPick}
                label={name}
                className={`${menuItemClass} cursor-pointer data-highlighted:bg-sunken`}
              >
                <MenuItem icon={icon} hint={hint}>
                  {name}
                </MenuItem>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
