"use client";

import { useRef, useState } from "react";
import { editApiKeyIps } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { callAction } from "../../forms/action-reply";
import { CodeField, codeIsComplete } from "../../forms/code-field";
import { DialogForm } from "../../forms/dialog-form";
import { type KeyFacts, useDialogHost } from "../../forms/dialog-host";
import { ifIndeterminate } from "../../forms/form-error";
import { useForm } from "../../forms/use-form";
import { useUnsaved } from "../../forms/use-unsaved";
import type { Frame } from "../key-dialog";
import { IpChangeNote } from "./ip-change-note";
import { IpField } from "./ip-field";
import { refusedSources, SeenNote } from "./seen-note";
import { useIpEntry } from "./use-ip-entry";
import { useSeen } from "./use-seen";

export function EditIpsDialog({ frame: { close, end: _end, ...frame }, of }: { frame: Frame; of: KeyFacts }) {
  const desk = useDialogHost();
  const form = useForm(ifIndeterminate(of.number));
  const entry = useIpEntry(of.allowedIps, desk.allowPrivateIps);
  const seen = useSeen(of.id);
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState("");
  const unsaved = useUnsaved(entry.changed, close);

  async function save(given: Credential) {
    const ips = entry.commit();
    if (!ips) return input.current?.focus();
    if (!codeIsComplete(form, given)) return;
    const request = { merchantId: desk.merchantId, keyId: of.id, ips };
    const reply = await form.ask(() =>
      proveByPasskey(given, "api-key:edit-ips", request, (proven) => callAction(editApiKeyIps(proven))),
    );
    if (reply?.ok !== true) return;
    desk.refresh();
    toast(`IP addresses of key ${of.number} saved`);
    close();
  }

  return (
    <Dialog {...frame} onOpenChange={unsaved.close} initialFocus={input} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title={`Edit IP addresses of key ${of.number}`}
        lead={
          of.state === "active"
            ? "Your changes apply as soon as you save."
            : of.state === "standby"
              ? `As soon as you save, the key takes over from ${entry.list.length > 0 ? "these addresses only" : "any address"}.`
              : "Your changes apply once the key is activated."
        }
        verb="Save"
        onSubmit={() => void save(code)}
        unsaved={unsaved}
        onCancel={unsaved.close}
      >
        <IpField entry={entry} form={form} input={input} />
        {of.state === "active" && entry.refusalTexts.length === 0 && refusedSources(seen, entry).length === 0 && (
          <IpChangeNote before={of.allowedIps} after={entry.list} />
        )}
        <SeenNote {...{ seen, entry, input }} number={of.number} />
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void save(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}
