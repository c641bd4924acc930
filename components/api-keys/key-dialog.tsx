"use client";

import type { ComponentProps, ReactNode } from "react";
import type { Dialog } from "@/components/ui/dialog";
import type { DialogRequest } from "../forms/dialog-host";

/** The props that each dialog passes to its frame. */
export type Frame = Pick<ComponentProps<typeof Dialog>, "open" | "onOpenChange" | "finalFocus"> & {
  close(): void;
  /** Closes without fading, so that its content disappears at once. */
  end(): void;
};

export type DrawDialog = (frame: Frame) => ReactNode;

/** Dialogs are not in the page's bundle: each is loaded when it is opened. */
const modules = {
  generate: () => import("./activate/generate-dialog"),
  activate: () => import("./activate/activate-dialog"),
  note: () => import("./key-page/note-dialog"),
  fingerprint: () => import("./key-page/fingerprint-dialog"),
  allow: () => import("./ip-field/allow-dialog"),
  "edit-ips": () => import("./ip-field/edit-ips-dialog"),
  deactivate: () => import("./deactivate/deactivate-dialog"),
  retire: () => import("./deactivate/retire-dialog"),
  progress: () => import("./deactivate/progress-dialog"),
  rotate: () => import("./rotate/rotate-dialog"),
  "take-over": () => import("./rotate/take-over-dialog"),
  "cancel-rotation": () => import("./rotate/cancel-rotation-dialog"),
};

/** @throws if the code cannot be loaded, for example without a network */
export async function loadDialog(opening: DialogRequest): Promise<DrawDialog> {
  switch (opening.kind) {
    case "generate": {
      const { GenerateDialog } = await modules.generate();
      return (frame) => <GenerateDialog frame={frame} />;
    }
    case "activate": {
      const { ActivateDialog } = await modules.activate();
      return (frame) => <ActivateDialog frame={frame} of={opening.of} />;
    }
    case "note": {
      const { NoteDialog } = await modules.note();
      return (frame) => <NoteDialog frame={frame} of={opening.of} />;
    }
    case "fingerprint": {
      const { FingerprintDialog } = await modules.fingerprint();
      return (frame) => <FingerprintDialog frame={frame} of={opening.of} />;
    }
    case "allow": {
      const { AllowDialog } = await modules.allow();
      return (frame) => <AllowDialog frame={frame} {...opening} />;
    }
    case "edit-ips": {
      const { EditIpsDialog } = await modules["edit-ips"]();
      return (frame) => <EditIpsDialog frame={frame} of={opening.of} />;
    }
    case "deactivate": {
      const { DeactivateDialog } = await modules.deactivate();
      return (frame) => <DeactivateDialog frame={frame} of={opening.of} reason={opening.reason} />;
    }
    case "retire": {
      const { RetireDialog } = await modules.retire();
      return (frame) => <RetireDialog frame={frame} of={opening.of} />;
    }
    case "rotate": {
      const { RotateDialog } = await modules.rotate();
      return (frame) => <RotateDialog frame={frame} of={opening.of} />;
    }
    case "take-over": {
      const { TakeOverDialog } = await modules["take-over"]();
      return (frame) => <TakeOverDialog frame={frame} of={opening.of} />;
    }
    case "cancel-rotation": {
      const { CancelRotationDialog } = await modules["cancel-rotation"]();
      return (frame) => <CancelRotationDialog frame={frame} of={opening.of} />;
    }
    case "progress": {
      const { ProgressDialog } = await modules.progress();
      return (frame) => <ProgressDialog frame={frame} of={opening.of} since={opening.since} />;
    }
  }
}
