"use client";

import type { LucideIcon } from "lucide-react";
import { type ComponentProps, cloneElement, type ReactElement, type ReactNode } from "react";
import { useLoaded } from "./use-loaded";

type Action = { name: string; icon: LucideIcon; hint?: ReactNode; onPick(): void };
export type ActionMenuProps = { trigger: ReactElement<ComponentProps<"button">>; actions: Action[] };

/**
 * A few actions behind one button, worked with arrow keys; rendered outside the ledger, whose cards clip. On phones a bottom sheet. Until it is
 * first opened it is the button alone: what it takes is fetched then.
 */
export function ActionMenu({ trigger, actions }: ActionMenuProps) {
  const { Loaded, load } = useLoaded(() => import("./opened-menu").then(({ OpenedMenu }) => OpenedMenu));
  if (Loaded) return <Loaded trigger={trigger} actions={actions} />;
  return cloneElement(trigger, { "aria-haspopup": "menu", "aria-expanded": false, onClick: () => load(() => {}) });
}
