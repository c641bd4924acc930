"use client";

import { useState } from "react";
import { editApiKeyIps } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { Dialog } from "@/components/ui/dialog";
import { Refusal } from "@/components/ui/refusal";
import { toast } from "@/components/ui/toast";
import { addressesWords } from "@/lib/words/addresses";
import { callAction } from "../../forms/action-reply";
import { CodeField, codeIsComplete } from "../../forms/code-field";
import { DialogForm } from "../../forms/dialog-form";
import { type DialogRequest, useDialogHost } from "../../forms/dialog-host";
import { ifIndeterminate } from "../../forms/form-error";
import { useForm } from "../../forms/use-form";
import type { Frame } from "../key-dialog";

type Props = { frame: Frame } & Omit<Extract<DialogRequest, { kind: "allow" }>, "kind">;

/** Adds one address to a key's list, even if the list was changed in the meantime. */
export function AllowDialog({ frame: { close, end: _end, ...frame }, of, address, count }: Props) {
  const desk = useDialogHost();
  const form = useForm(ifIndeterminate(of.number));
  const [code, setCode] = useState("");

  async function allow(given: Credential) {
    if (!codeIsComplete(form, given)) return;
    const request = { merchantId: desk.merchantId, keyId: of.id, alsoFrom: address };
    const reply = await form.ask(() =>
      proveByPasskey(given, "api-key:edit-ips", request, (proven) => callAction(editApiKeyIps(proven))),
    );
    if (reply?.ok !== true) return;
    desk.refresh();
    toast(`${address} allowed for key ${of.number}`);
    close();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title={`Allow ${address} for key ${of.number}`}
        lead={`Requests from it are then accepted, beside the ${addressesWords(of.allowedIps)} allowed now. It sent ${sent(count)}.`}
        verb="Allow"
        onSubmit={() => void allow(code)}
        onCancel={close}
      >
        {form.refusalOf("ips") && <Refusal>{form.refusalOf("ips")}</Refusal>}
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void allow(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}

/** The gateway checks the address only if the signature is right. */
const sent = (count: number) =>
  count === 1
    ? "1 request, with the right signature"
    : `${count.toLocaleString("en")} requests, all with the right signature`;
