"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { useMounted } from "@/components/ui/use-mounted";
import { type AccountDialogRequest, useAccount } from "./dialogs";

/** Opens a dialog. `label` names the object and starts with the visible word (WCAG 2.5.3). */
export function OpenButton({
  opening,
  label,
  add,
  children,
}: {
  opening: AccountDialogRequest;
  label?: string;
  add?: boolean;
  children: ReactNode;
}) {
  const { open } = useAccount();
  const mounted = useMounted();
  return (
    <Button
      size={add ? "page" : "row"}
      className={add ? undefined : "h-10 flex-none! md:h-8"}
      aria-label={label}
      disabled={!mounted}
      onClick={() => open(opening)}
    >
      {children}
    </Button>
  );
}
