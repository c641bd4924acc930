"use client";

import { useState } from "react";
import { cancelApiKeyRotation } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Given, PASSKEY, prove } from "@/components/passkeys/prove";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { CodeField, codeIsWhole } from "./code-field";
import { useDesk } from "./desk";
import type { Frame } from "./key-dialog";
import { KeyForm } from "./key-form";
import { ask } from "./reply";
import { doubtAbout } from "./trouble";
import { useForm } from "./use-form";

type Props = { frame: Frame; of: { id: string; number: number } };

export function CancelRotationDialog({ frame: { close, end: _end, ...frame }, of }: Props) {
  const desk = useDesk();
  const form = useForm(doubtAbout(of.number));
  const [code, setCode] = useState("");
  const [old] = useState(desk.activeNumber);

  async function cancel(given: Given) {
    if (!codeIsWhole(form, given)) return;
    const request = { merchantId: desk.merchantId, keyId: of.id };
    const reply = await form.ask(() => prove(given, "api-key:cancel-rotation", request, (proven) => ask(cancelApiKeyRotation(proven))));
    if (reply?.ok !== true) return;
    desk.refresh();
    toast("Rotation cancelled");
    close();
  }

  const unused = `Key ${of.number} is retired: it was never used, and its secret key will never work.`;
  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <KeyForm
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
      </KeyForm>
    </Dialog>
  );
}
