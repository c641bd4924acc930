"use client";

import type { LucideIcon } from "lucide-react";
import { type ComponentProps, cloneElement, type ReactElement, type ReactNode } from "react";
import { useLoaded } from "./use-loaded";

type Action = { name: string; icon: LucideIcon; hint?: ReactNode; onPick(): void };
export type ActionMenuProps = { trigger: ReactElement<ComponentProps<"button">>; actions: Action[] };

/**
 * A few actions behind one button, usable with the arrow keys. Rendered outside the table, whose
 * cards clip; on phones a bottom sheet. Until it is first opened, it is only the button: the rest
 * is fetched then.
 */
export function ActionMenu({ trigger, actions }: ActionMenuProps) {
  const { Loaded, load } = useLoaded(() => import("./opened-menu").then(({ OpenedMenu }) => OpenedMenu));
  if (Loaded) return <Loaded trigger={trigger} actions={actions} />;
  return cloneElement(trigger, { "aria-haspopup": "menu", "aria-expanded": false, onClick: () => void load(() => {}) });
}
