"use client";

import { useRef, useState } from "react";
import { watchFor } from "@/components/first-request/watched";
import { Dialog } from "@/components/ui/dialog";
import { type KeyFacts, useDialogHost } from "../../forms/dialog-host";
import { DialogStage } from "../../forms/dialog-stage";
import { ifIndeterminate } from "../../forms/form-error";
import { useForm } from "../../forms/use-form";
import { useLeavingWarning } from "../../forms/use-leaving-warning";
import { useUnsaved } from "../../forms/use-unsaved";
import { useIpEntry } from "../ip-field/use-ip-entry";
import type { Frame } from "../key-dialog";
import { ActivateForm } from "./activate-form";
import { ActivatedAgain } from "./activated-again";
import { Reveal } from "./reveal";
import { useActivation } from "./use-activation";

type Shown = { at: "form" } | { at: "reveal"; secret: string } | { at: "again" };

/** Asks, activates, and shows the secret of a first activation. Only Done closes the secret. */
export function ActivateDialog({ frame: { close, end, ...frame }, of }: { frame: Frame; of: KeyFacts }) {
  const desk = useDialogHost();
  const form = useForm(ifIndeterminate(of.number));
  const activation = useActivation(desk.merchantId, of.id);
  const [shown, setShown] = useState<Shown>({ at: "form" });
  const entry = useIpEntry(of.allowedIps, desk.allowPrivateIps);
  const unsaved = useUnsaved(shown.at === "form" && entry.changed, close);
  const code = useRef<HTMLInputElement>(null);
  useLeavingWarning(form.waiting);

  const activated = (secret: string | null) => {
    setShown(secret === null ? { at: "again" } : { at: "reveal", secret });
    desk.refresh();
  };
  /** Reloads the page if the action still hangs, because a refresh would wait for it. */
  const done = () => {
    if (shown.at === "reveal") watchFor(of.id);
    end();
    if (activation.hanging.current) location.reload();
  };

  return (
    <Dialog
      {...frame}
      onOpenChange={unsaved.close}
      initialFocus={of.hasSecret ? code : undefined}
      wide={shown.at === "reveal"}
      dismissable={shown.at !== "reveal" && !form.waiting}
    >
      {shown.at === "form" && (
        <ActivateForm
          form={form}
          of={of}
          entry={entry}
          unsaved={unsaved}
          codeInput={code}
          activation={activation}
          onActivated={activated}
        />
      )}
      {shown.at === "reveal" && (
        <DialogStage key="reveal">
          <Reveal of={of} given={shown.secret} onShown={activation.confirm} onDone={done} />
        </DialogStage>
      )}
      {shown.at === "again" && (
        <DialogStage key="again">
          <ActivatedAgain of={of} onDone={done} />
        </DialogStage>
      )}
    </Dialog>
  );
}
