"use client";

import { useState } from "react";
import { addPasskey, beginPasskey } from "@/app/(dashboard)/account/actions";
import { callAction, type Reply } from "@/components/forms/action-reply";
import { CodeField, codeIsComplete } from "@/components/forms/code-field";
import { DialogForm } from "@/components/forms/dialog-form";
import { clientError } from "@/components/forms/form-error";
import { passkeyLibrary } from "@/components/forms/passkey-library";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { useForm } from "@/components/forms/use-form";
import { rememberMethod } from "@/components/login/last-method";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import { toast } from "@/components/ui/toast";
import type { OwnActionInput } from "@/lib/actions/own-action";
import { refuse } from "@/lib/platform/result";
import type { FramedDialogProps } from "./account-dialog";
import { useAccount } from "./dialogs";

export function AddPasskeyDialog({ frame, close }: FramedDialogProps) {
  const { refresh } = useAccount();
  const form = useForm("We do not know whether the passkey was added.");
  const [name, setName] = useState("");
  const [code, setCode] = useState("");

  async function add(given: Credential) {
    const request = { name: name.trim() };
    if (!request.name) return form.refuse(clientError("name", "Name it after its device, such as Office laptop."));
    if (!codeIsComplete(form, given)) return;
    const reply = await form.ask(() => proveByPasskey(given, "account:add-passkey", request, create));
    if (reply?.ok !== true) return;
    refresh();
    toast("Passkey added");
    rememberMethod("passkey");
    close();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title="Add a passkey"
        lead="You can then use it instead of a 2FA code. Next, your device asks for your fingerprint, face or PIN."
        verb="Add"
        onSubmit={() => void add(code)}
        onCancel={close}
      >
        <TextField
          label="Name"
          autoComplete="off"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
          refusal={form.refusalOf("name")}
        />
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void add(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}

/**
 * The challenge consumes the code. If no passkey is created, the next attempt needs a new code.
 */
async function create(proven: OwnActionInput<{ name: string }>): Promise<Reply<{ name: string }>> {
  const library = await passkeyLibrary();
  if (library === null) return refuse({ code: "passkeys_not_loaded" });
  const begun = await callAction(beginPasskey(proven));
  if (begun.ok !== true) return begun;
  const answer = await library.startRegistration({ optionsJSON: begun.value }).catch(() => null);
  return answer ? callAction(addPasskey({ answer })) : refuse({ code: "passkey_cancelled" });
}
