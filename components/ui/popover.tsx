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
  /** What it stands beside, when that is not the trigger. */
  anchor?: ComponentProps<typeof Base.Positioner>["anchor"];
  /** A width utility for wide screens, such as "sm:w-66". */
  width?: string;
  open: boolean;
  onOpenChange(open: boolean): void;
  children: ReactNode;
};

/**
 * A menu or a few facts beside its button, outside the ledger's clipping; on phones a bottom sheet. Escape returns focus to the button. Until it is
 * first opened it is the button alone: what it takes is fetched then.
 */
export function Popover({ trigger, ...rest }: PopoverProps) {
  const { Loaded, load } = useLoaded(() => import("./opened-popover").then(({ OpenedPopover }) => OpenedPopover));
  if (Loaded) return <Loaded trigger={trigger} {...rest} />;
  return cloneElement(trigger, { "aria-haspopup": "dialog", "aria-expanded": false, onClick: () => load(() => rest.onOpenChange(true)) });
}
