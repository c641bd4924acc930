"use client";

import type { Popover as Base } from "@base-ui/react/popover";
import { type ComponentProps, cloneElement, type ReactElement, type ReactNode } from "react";
import { useLoaded } from "./use-loaded";

export type PopoverProps = {
  /** The button that opens it. */
  trigger: ReactElement<ComponentProps<"button">>;
  /** Names the popover for screen readers. */
  label: string;
  align?: "start" | "end";
  /** The element beside which it opens, if not the trigger. */
  anchor?: ComponentProps<typeof Base.Positioner>["anchor"];
  /** A width utility for wide screens, such as "sm:w-66". */
  width?: string;
  open: boolean;
  onOpenChange(open: boolean): void;
  children: ReactNode;
};

/**
 * A menu or a few facts beside a button, outside the table, whose cards clip; on phones a bottom
 * sheet. Escape returns the focus to the button. Until it is first opened, it is only the button:
 * the rest is fetched then.
 */
export function Popover({ trigger, ...rest }: PopoverProps) {
  const { Loaded, load } = useLoaded(() => import("./opened-popover").then(({ OpenedPopover }) => OpenedPopover));
  if (Loaded) return <Loaded trigger={trigger} {...rest} />;
  return cloneElement(trigger, {
    "aria-haspopup": "dialog",
    "aria-expanded": false,
    onClick: () => void load(() => rest.onOpenChange(true)),
  });
}
