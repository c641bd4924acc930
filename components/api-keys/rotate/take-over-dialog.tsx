"use client";

import { useState } from "react";
import { takeOverApiKey } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { Note } from "@/components/ui/note";
import { REFUSED_WITHIN } from "@/lib/words/propagation";
import { callAction } from "../../forms/action-reply";
import { CodeField, codeIsComplete } from "../../forms/code-field";
import { DialogForm } from "../../forms/dialog-form";
import { useDialogHost } from "../../forms/dialog-host";
import { DialogStage } from "../../forms/dialog-stage";
import { ifIndeterminate } from "../../forms/form-error";
import { useForm } from "../../forms/use-form";
import type { Stopped } from "../deactivate/deactivated";
import { FinishedSteps } from "../deactivate/progress-steps";
import type { Frame } from "../key-dialog";

type Taken = { number: number; replaced: (Stopped & { number: number }) | null };

/** Asks, swaps, and says so once no gateway accepts the old key. */
export function TakeOverDialog({
  frame: { close, end: _end, ...frame },
  of,
}: {
  frame: Frame;
  of: { id: string; number: number };
}) {
  const desk = useDialogHost();
  const form = useForm(ifIndeterminate(of.number));
  const [code, setCode] = useState("");
  const [taken, setTaken] = useState<Taken | null>(null);
  const [old] = useState(desk.activeNumber);

  async function take(given: Credential) {
    if (!codeIsComplete(form, given)) return;
    const request = { merchantId: desk.merchantId, keyId: of.id };
    const reply = await form.ask(() =>
      proveByPasskey(given, "api-key:take-over", request, (proven) => callAction(takeOverApiKey(proven))),
    );
    if (reply?.ok !== true) return;
    setTaken(reply.value);
    desk.refresh();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      {taken ? (
        <DialogStage>
          <TookOver taken={taken} onDone={close} />
        </DialogStage>
      ) : (
        <DialogForm
          form={form}
          title={`Take over with key ${of.number}`}
          lead={
            old === null
              ? `Key ${of.number} becomes active: requests signed with it are accepted.`
              : `Key ${of.number} becomes active. Key ${old} is refused by all gateways ${REFUSED_WITHIN}.`
          }
          verb="Take over now"
          danger={old !== null}
          onSubmit={() => void take(code)}
          onCancel={close}
        >
          {old !== null && (
            <Note tone="warning" lead="Does every server have the new pair?">
              Requests signed with key {old} are refused from then on.
            </Note>
          )}
          <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void take(PASSKEY)} />
        </DialogForm>
      )}
    </Dialog>
  );
}

const TookOver = ({ taken: { number, replaced }, onDone }: { taken: Taken; onDone(): void }) => (
  <>
    <DialogHead title={`Key ${number} took over`} joint=", ">
      {replaced
        ? `Requests signed with it are accepted. Every gateway now refuses key ${replaced.number}.`
        : "Requests signed with it are accepted."}
    </DialogHead>
    <DialogBody>
      {replaced && (
        <FinishedSteps
          first={`Key ${number} took over`}
          recordedAt={replaced.deactivatedAt}
          refusedAt={replaced.refusedEverywhereAt}
          propagation={replaced.propagation}
        />
      )}
      <Note tone="plain">Remove the old pair from your servers.</Note>
    </DialogBody>
    <DialogFoot>
      <Button variant="primary" size="dialog" onClick={onDone}>
        Done
      </Button>
    </DialogFoot>
  </>
);
