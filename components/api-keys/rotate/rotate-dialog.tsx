"use client";

import { useState } from "react";
import { StateGlyph } from "@/components/key-state/state-glyph";
import { Dialog } from "@/components/ui/dialog";
import { NEXT_VARIABLES } from "@/lib/words/integration/programs";
import { useDialogHost } from "../../forms/dialog-host";
import { DialogStage } from "../../forms/dialog-stage";
import { useForm } from "../../forms/use-form";
import { useLeavingWarning } from "../../forms/use-leaving-warning";
import { useUnsaved } from "../../forms/use-unsaved";
import { Reveal } from "../activate/reveal";
import type { Rotated } from "../activate/reveal-client";
import { useIpEntry } from "../ip-field/use-ip-entry";
import type { Frame } from "../key-dialog";
import { RotateForm } from "./rotate-form";
import { useRotation } from "./use-rotation";

type Props = { frame: Frame; of: { id: string; number: number; allowedIps: string[] } };

/** Asks, makes the pair, and shows its secret; nothing but Done closes it then. */
export function RotateDialog({ frame: { close, end, ...frame }, of }: Props) {
  const desk = useDialogHost();
  const form = useForm(`We do not know whether a new pair was made for key ${of.number}.`);
  const rotation = useRotation(desk.merchantId, of.id);
  const [made, setMade] = useState<Rotated | null>(null);
  const entry = useIpEntry(of.allowedIps, desk.allowPrivateIps);
  const unsaved = useUnsaved(made === null && entry.changed, close);
  useLeavingWarning(form.waiting);

  const rotated = (pair: Rotated) => {
    setMade(pair);
    desk.refresh();
  };
  /** An action that still hangs would hold up every refresh behind it. */
  const done = () => {
    end();
    if (rotation.hanging.current) location.reload();
  };
  return (
    <Dialog {...frame} onOpenChange={unsaved.close} wide={made !== null} dismissable={made === null && !form.waiting}>
      {made ? (
        <DialogStage key="reveal">
          <Reveal
            of={made}
            given={made.secret}
            words={wordsOf(made.number, of.number)}
            variables={NEXT_VARIABLES}
            onShown={() => rotation.confirm(made)}
            onDone={done}
          />
        </DialogStage>
      ) : (
        <RotateForm form={form} of={of} entry={entry} unsaved={unsaved} rotation={rotation} onRotated={rotated} />
      )}
    </Dialog>
  );
}

const wordsOf = (number: number, old: number) => ({
  title: (
    <span className="flex items-center gap-2.5">
      <StateGlyph state="standby" className="size-6 text-standby" />
      Key {number} is on standby
    </span>
  ),
  note: (
    <>
      <b className="block font-[620]">Save the secret key now.</b>
      <span className="text-foreground">
        It is displayed only once. Deploy the API key and the secret key together. Copied as .env, their names end in{" "}
        <code>_NEXT</code>, so the old pair stays beside them: key {old} works until key {number} takes over.
      </span>
    </>
  ),
  lost: `If you did not save it, cancel the rotation and rotate key ${old} again.`,
});
