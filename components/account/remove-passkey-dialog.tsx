"use client";

import { useState } from "react";
import { removePasskey } from "@/app/(dashboard)/account/actions";
import { callAction } from "@/components/forms/action-reply";
import { CodeField, codeIsComplete } from "@/components/forms/code-field";
import { DialogForm } from "@/components/forms/dialog-form";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { useForm } from "@/components/forms/use-form";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { FramedDialogProps } from "./account-dialog";
import { type PasskeyFacts, useAccount } from "./dialogs";

export function RemovePasskeyDialog({ frame, close, of }: FramedDialogProps & { of: PasskeyFacts }) {
  const { refresh } = useAccount();
  const form = useForm("We do not know whether the passkey was removed.");
  const [code, setCode] = useState("");

  async function remove(given: Credential) {
    if (!codeIsComplete(form, given)) return;
    const request = { passkeyId: of.id };
    const reply = await form.ask(() =>
      proveByPasskey(given, "account:remove-passkey", request, (proven) => callAction(removePasskey(proven))),
    );
    if (reply?.ok !== true) return;
    refresh();
    toast("Passkey removed");
    close();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title={`Remove passkey ${of.name}`}
        lead="It stops working at once. Remove it from its device as well."
        verb="Remove"
        danger
        onSubmit={() => void remove(code)}
        onCancel={close}
      >
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void remove(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}
