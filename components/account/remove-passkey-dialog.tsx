"use client";

import { useState } from "react";
import { removePasskey } from "@/app/(dashboard)/account/actions";
import { CodeField, codeIsWhole } from "@/components/api-keys/code-field";
import { KeyForm } from "@/components/api-keys/key-form";
import { ask } from "@/components/api-keys/reply";
import { useForm } from "@/components/api-keys/use-form";
import { type Given, PASSKEY, prove } from "@/components/passkeys/prove";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { Framed } from "./account-dialog";
import { type PasskeyFacts, useAccount } from "./desk";

export function RemovePasskeyDialog({ frame, close, of }: Framed & { of: PasskeyFacts }) {
  const { refresh } = useAccount();
  const form = useForm("We do not know whether the passkey was removed.");
  const [code, setCode] = useState("");

  async function remove(given: Given) {
    if (!codeIsWhole(form, given)) return;
    const request = { passkeyId: of.id };
    const reply = await form.ask(() => prove(given, "account:remove-passkey", request, (proven) => ask(removePasskey(proven))));
    if (reply?.ok !== true) return;
    refresh();
    toast("Passkey removed");
    close();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <KeyForm
        form={form}
        title={`Remove passkey ${of.name}`}
        lead="It stops working at once. Remove it from its device as well."
        verb="Remove"
        danger
        onSubmit={() => void remove(code)}
        onCancel={close}
      >
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void remove(PASSKEY)} />
      </KeyForm>
    </Dialog>
  );
}
