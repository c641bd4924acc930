"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { useMounted } from "@/components/ui/use-mounted";
import { type Opening, useAccount } from "./dialogs";

/** Opens a dialog of the page. `label` names the object, and starts with the word that is seen. */
export function OpenButton({ opening, label, add, children }: { opening: Opening; label?: string; add?: boolean; children: ReactNode }) {
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
