"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { useDialogHost } from "../../forms/dialog-host";
import { DialogStage } from "../../forms/dialog-stage";
import type { Frame } from "../key-dialog";
import { DeactivationProgress } from "./deactivation-progress";
import { FinishedSteps } from "./progress-steps";

type Props = { frame: Frame; of: { id: string; number: number }; since: string };

/**
 * A deactivation that was started elsewhere, or whose dialog was closed. The list behind it is
 * read again until the deactivation is over.
 */
export function ProgressDialog({ frame: { close, end: _end, ...frame }, of, since }: Props) {
  const { deactivatingNumber } = useDialogHost();
  const [opened] = useState(() => Date.now());
  const began = Math.min(opened, Math.max(Date.parse(since), opened - 30_000));
  return (
    <Dialog {...frame}>
      {deactivatingNumber === of.number ? (
        <DeactivationProgress of={of} since={began} recordedAt={since} onClose={close} />
      ) : (
        <DialogStage>
          <DialogHead title={`Key ${of.number} is deactivated`} joint=", ">
            Every gateway now refuses it.
          </DialogHead>
          <DialogBody>
            <FinishedSteps recordedAt={since} />
          </DialogBody>
          <DialogFoot>
            <Button variant="primary" size="dialog" onClick={close}>
              Done
            </Button>
          </DialogFoot>
        </DialogStage>
      )}
    </Dialog>
  );
}
