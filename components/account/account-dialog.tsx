"use client";

import type { ComponentProps } from "react";
import { focusTarget, type Opener } from "@/components/forms/focus-return";
import type { Dialog } from "@/components/ui/dialog";
import { AddPasskeyDialog } from "./add-passkey-dialog";
import type { AccountDialogRequest } from "./dialogs";
import { EndSessionDialog } from "./end-session-dialog";
import { MoveDialog } from "./move-dialog";
import { PasswordDialog } from "./password-dialog";
import { RecoveryCodesDialog } from "./recovery-codes-dialog";
import { RemovePasskeyDialog } from "./remove-passkey-dialog";

/** The props that each dialog passes to its frame. */
export type Frame = Pick<ComponentProps<typeof Dialog>, "open" | "onOpenChange" | "finalFocus">;
export type FramedDialogProps = { frame: Frame; close(): void };

type Props = { opening: AccountDialogRequest; opener: Opener | null; shown: boolean; onClose(): void };

export function AccountDialog({ opening, opener, shown, onClose }: Props) {
  const framed: FramedDialogProps = {
    frame: { open: shown, onOpenChange: (open) => !open && onClose(), finalFocus: () => focusTarget(opener) },
    close: onClose,
  };
  switch (opening.kind) {
    case "password":
      return <PasswordDialog {...framed} />;
    case "device":
      return <MoveDialog {...framed} />;
    case "recovery-codes":
      return <RecoveryCodesDialog {...framed} />;
    case "add-passkey":
      return <AddPasskeyDialog {...framed} />;
    case "remove-passkey":
      return <RemovePasskeyDialog {...framed} of={opening.of} />;
    case "end-session":
      return <EndSessionDialog {...framed} of={opening.of} />;
    case "end-others":
      return <EndSessionDialog {...framed} of={null} />;
  }
}
