"use client";

import type { ComponentProps, ReactNode } from "react";
import type { Dialog } from "@/components/ui/dialog";
import type { Opening } from "../forms/dialog-host";

/** What every dialog passes on to its frame. */
export type Frame = Pick<ComponentProps<typeof Dialog>, "open" | "onOpenChange" | "finalFocus"> & {
  close(): void;
  /** Closes without the fade: what was shown is gone in the same moment. */
  end(): void;
};

export type DrawDialog = (frame: Frame) => ReactNode;

/** Dialogs are no part of the page: each is loaded when it is opened. */
const modules = {
  generate: () => import("./activate/generate-dialog"),
  activate: () => import("./activate/activate-dialog"),
  "edit-ips": () => import("./ip-field/edit-ips-dialog"),
  deactivate: () => import("./deactivate/deactivate-dialog"),
  retire: () => import("./deactivate/retire-dialog"),
  progress: () => import("./deactivate/progress-dialog"),
  rotate: () => import("./rotate-dialog"),
  "take-over": () => import("./take-over-dialog"),
  "cancel-rotation": () => import("./cancel-rotation-dialog"),
};

/** @throws where it cannot be loaded, as without a network */
export async function loadDialog(opening: Opening): Promise<DrawDialog> {
  switch (opening.kind) {
    case "generate": {
      const { GenerateDialog } = await modules.generate();
      return (frame) => <GenerateDialog frame={frame} />;
    }
    case "activate": {
      const { ActivateDialog } = await modules.activate();
      return (frame) => <ActivateDialog frame={frame} of={opening.of} />;
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
