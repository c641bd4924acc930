"use client";

import type { ComponentProps } from "react";
import { focusTarget, type Opener } from "@/components/forms/focus-return";
import type { Dialog } from "@/components/ui/dialog";
import { AddDialog } from "./add-dialog";
import type { TeamDialogRequest } from "./dialogs";
import { RemoveDialog } from "./remove-dialog";
import { RoleDialog } from "./role-dialog";

/** The props that each dialog passes to its frame. */
export type Frame = Pick<ComponentProps<typeof Dialog>, "open" | "onOpenChange" | "finalFocus">;
export type FramedDialogProps = { frame: Frame; close(): void };

type Props = { opening: TeamDialogRequest; opener: Opener | null; shown: boolean; onClose(): void };

export function TeamDialog({ opening, opener, shown, onClose }: Props) {
  const framed: FramedDialogProps = {
    frame: { open: shown, onOpenChange: (open) => !open && onClose(), finalFocus: () => focusTarget(opener) },
    close: onClose,
  };
  switch (opening.kind) {
    case "add":
      return <AddDialog {...framed} />;
    case "role":
      return <RoleDialog {...framed} of={opening.of} />;
    case "remove":
      return <RemoveDialog {...framed} of={opening.of} />;
  }
}
