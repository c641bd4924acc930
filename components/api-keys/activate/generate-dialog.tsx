"use client";

import { useState } from "react";
import { generateApiKey } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { callAction } from "../../forms/action-reply";
import { CodeField, codeIsComplete } from "../../forms/code-field";
import { DialogForm } from "../../forms/dialog-form";
import { useDialogHost } from "../../forms/dialog-host";
import { useForm } from "../../forms/use-form";
import type { Frame } from "../key-dialog";

export function GenerateDialog({ frame: { close, end: _end, ...frame } }: { frame: Frame }) {
  const desk = useDialogHost();
  const form = useForm("We do not know whether a key was generated.");
  const [code, setCode] = useState("");

  async function generate(given: Credential) {
    if (!codeIsComplete(form, given)) return;
    const { merchantId } = desk;
    const reply = await form.ask(() =>
      proveByPasskey(given, "api-key:generate", { merchantId }, (proven) => callAction(generateApiKey(proven))),
    );
    if (reply?.ok !== true) return;
    desk.showNewest();
    toast(`Key ${reply.value.number} generated`);
    close();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title="Generate API key"
        lead={`Requests signed with the new key are refused until you activate it.${stays(desk.activeNumber)}`}
        verb="Generate"
        onSubmit={() => void generate(code)}
        onCancel={close}
      >
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void generate(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}

const stays = (active: number | null) =>
  active === null ? "" : ` Key ${active} keeps working until you deactivate it.`;
