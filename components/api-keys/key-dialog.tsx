"use client";

import type { ComponentProps } from "react";
import type { Dialog } from "@/components/ui/dialog";
import { ActivateDialog } from "./activate-dialog";
import { DeactivateDialog } from "./deactivate-dialog";
import type { Opening } from "./desk";
import { EditIpsDialog } from "./edit-ips-dialog";
import { GenerateDialog } from "./generate-dialog";
import { placeOf } from "./place";
import { ProgressDialog } from "./progress-dialog";
import { RetireDialog } from "./retire-dialog";

/** What every dialog passes on to its frame. */
export type Frame = Pick<ComponentProps<typeof Dialog>, "open" | "onOpenChange" | "finalFocus"> & {
  close(): void;
  /** Closes without the fade: what was shown is gone in the same moment. */
  end(): void;
};

type Props = { opening: Opening; opener: Element | null; shown: boolean; onClose(): void; onEnd(): void };

export function KeyDialog({ opening, opener, shown, onClose, onEnd }: Props) {
  const frame: Frame = {
    open: shown,
    onOpenChange: (open) => !open && onClose(),
    finalFocus: () => placeOf(opener, opening),
    close: onClose,
    end: onEnd,
  };
  switch (opening.kind) {
    case "generate":
      return <GenerateDialog frame={frame} />;
    case "activate":
      return <ActivateDialog frame={frame} of={opening.of} />;
    case "edit-ips":
      return <EditIpsDialog frame={frame} of={opening.of} />;
    case "deactivate":
      return <DeactivateDialog frame={frame} of={opening.of} reason={opening.reason} />;
    case "retire":
      return <RetireDialog frame={frame} of={opening.of} />;
    case "progress":
      return <ProgressDialog frame={frame} of={opening.of} since={opening.since} />;
  }
}
