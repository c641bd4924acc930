"use client";

import { useRef, useState } from "react";
import { editApiKeyNote } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import { toast } from "@/components/ui/toast";
import { mayHoldSecret } from "@/lib/api-keys/may-hold-secret";
import { MAX_NOTE_LENGTH, normalizeNote } from "@/lib/api-keys/note-text";
import { describe as sentence } from "@/lib/words/refusals/refusals";
import { callAction } from "../../forms/action-reply";
import { CodeField, codeIsComplete } from "../../forms/code-field";
import { DialogForm } from "../../forms/dialog-form";
import { type DialogRequest, useDialogHost } from "../../forms/dialog-host";
import { clientError, ifIndeterminate } from "../../forms/form-error";
import { useForm } from "../../forms/use-form";
import type { Frame } from "../key-dialog";

type Props = { frame: Frame; of: Extract<DialogRequest, { kind: "note" }>["of"] };

/** Edits a key's note. Text that may be a secret key never leaves the browser. */
export function NoteDialog({ frame: { close, end: _end, ...frame }, of }: Props) {
  const desk = useDialogHost();
  const form = useForm(ifIndeterminate(of.number));
  const input = useRef<HTMLInputElement>(null);
  const [note, setNote] = useState(of.note ?? "");
  const [code, setCode] = useState("");

  async function save(given: Credential) {
    if (mayHoldSecret(note)) return form.refuse(clientError("name", sentence({ code: "secret_typed" })));
    if (!codeIsComplete(form, given)) return;
    const request = { merchantId: desk.merchantId, keyId: of.id, note };
    const reply = await form.ask(() =>
      proveByPasskey(given, "api-key:note", request, (proven) => callAction(editApiKeyNote(proven))),
    );
    if (reply?.ok !== true) return;
    desk.refresh();
    toast(normalizeNote(note) === "" ? `Note of key ${of.number} removed` : `Note of key ${of.number} saved`);
    close();
  }

  return (
    <Dialog {...frame} initialFocus={input} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title={`Note of key ${of.number}`}
        lead="Where it is used, for example. Every member and Support can read it."
        verb="Save"
        onSubmit={() => void save(code)}
        onCancel={close}
      >
        <TextField
          ref={input}
          label="Note"
          optional
          maxLength={MAX_NOTE_LENGTH}
          autoComplete="off"
          value={note}
          refusal={form.refusalOf("name")}
          help={`At most ${MAX_NOTE_LENGTH} characters. Never a secret key.`}
          onChange={({ target }) => setNote(target.value)}
        />
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void save(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}
