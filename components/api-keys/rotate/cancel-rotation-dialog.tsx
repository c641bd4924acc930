"use client";

import { useState } from "react";
import { cancelApiKeyRotation } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { callAction } from "../../forms/action-reply";
import { CodeField, codeIsComplete } from "../../forms/code-field";
import { DialogForm } from "../../forms/dialog-form";
import { useDialogHost } from "../../forms/dialog-host";
import { ifIndeterminate } from "../../forms/form-error";
import { useForm } from "../../forms/use-form";
import type { Frame } from "../key-dialog";

type Props = { frame: Frame; of: { id: string; number: number } };

export function CancelRotationDialog({ frame: { close, end: _end, ...frame }, of }: Props) {
  const desk = useDialogHost();
  const form = useForm(ifIndeterminate(of.number));
  const [code, setCode] = useState("");
  const [old] = useState(desk.activeNumber);

  async function cancel(given: Credential) {
    if (!codeIsComplete(form, given)) return;
    const request = { merchantId: desk.merchantId, keyId: of.id };
    const reply = await form.ask(() =>
      proveByPasskey(given, "api-key:cancel-rotation", request, (proven) => callAction(cancelApiKeyRotation(proven))),
    );
    if (reply?.ok !== true) return;
    desk.refresh();
    toast("Rotation cancelled");
    close();
  }

  const unused = `Key ${of.number} is retired: it was never used, and its secret key will never work.`;
  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title={old === null ? "Cancel the rotation" : `Cancel the rotation of key ${old}`}
        lead={old === null ? unused : `Key ${old} stays active and nothing changes for your requests. ${unused}`}
        verb="Cancel rotation"
        cancel="Keep rotating"
        danger
        onSubmit={() => void cancel(code)}
        onCancel={close}
      >
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void cancel(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}
