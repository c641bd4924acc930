"use client";

import { useState } from "react";
import { makeRecoveryCodes } from "@/app/(dashboard)/account/actions";
import { callAction } from "@/components/forms/action-reply";
import { CodeField, codeIsComplete } from "@/components/forms/code-field";
import { DialogForm } from "@/components/forms/dialog-form";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { useForm } from "@/components/forms/use-form";
import { Dialog } from "@/components/ui/dialog";
import type { FramedDialogProps } from "./account-dialog";
import { useAccount } from "./dialogs";
import { RecoveryCodes } from "./recovery-codes";

export function RecoveryCodesDialog({ frame, close }: FramedDialogProps) {
  const { refresh, hasRecoveryCodes } = useAccount();
  const form = useForm("We do not know whether new codes were created.");
  const [code, setCode] = useState("");
  const [made, setMade] = useState<{ codes: string[]; replaced: number } | null>(null);

  async function make(given: Credential) {
    if (!codeIsComplete(form, given)) return;
    const reply = await form.ask(() =>
      proveByPasskey(given, "account:recovery-codes", {}, (proven) => callAction(makeRecoveryCodes(proven))),
    );
    if (reply?.ok !== true) return;
    setMade(reply.value);
    refresh();
  }

  if (made) {
    return (
      <Dialog {...frame} dismissable={false}>
        <RecoveryCodes {...made} onDone={close} />
      </Dialog>
    );
  }
  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title="New recovery codes"
        lead={`Ten codes, shown once.${hasRecoveryCodes ? " The codes you have now stop working." : ""}`}
        verb="Make codes"
        onSubmit={() => void make(code)}
        onCancel={close}
      >
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void make(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}
