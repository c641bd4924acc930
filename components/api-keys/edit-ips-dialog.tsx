"use client";

import { useRef, useState } from "react";
import { editApiKeyIps } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Given, PASSKEY, prove } from "@/components/passkeys/prove";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { CodeField, codeIsWhole } from "./code-field";
import { type KeyFacts, useDesk } from "./desk";
import { IpChangeNote } from "./ip-change-note";
import { IpField } from "./ip-field";
import type { Frame } from "./key-dialog";
import { KeyForm } from "./key-form";
import { ask } from "./reply";
import { doubtAbout } from "./trouble";
import { useForm } from "./use-form";
import { useIpEntry } from "./use-ip-entry";
import { useUnsaved } from "./use-unsaved";

export function EditIpsDialog({ frame: { close, end: _end, ...frame }, of }: { frame: Frame; of: KeyFacts }) {
  const desk = useDesk();
  const form = useForm(doubtAbout(of.number));
  const entry = useIpEntry(of.allowedIps, desk.allowPrivateIps);
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState("");
  const unsaved = useUnsaved(entry.changed, close);

  async function save(given: Given) {
    const ips = entry.commit();
    if (!ips) return input.current?.focus();
    if (!codeIsWhole(form, given)) return;
    const request = { merchantId: desk.merchantId, keyId: of.id, ips };
    const reply = await form.ask(() => prove(given, "api-key:edit-ips", request, (proven) => ask(editApiKeyIps(proven))));
    if (reply?.ok !== true) return;
    desk.refresh();
    toast(`IP addresses of key ${of.number} saved`);
    close();
  }

  return (
    <Dialog {...frame} onOpenChange={unsaved.close} initialFocus={input} dismissable={!form.waiting}>
      <KeyForm
        form={form}
        title={`Edit IP addresses of key ${of.number}`}
        lead={
          of.state === "active"
            ? "Requests from any other address are refused as soon as you save."
            : of.state === "standby"
              ? "They apply at once: the key takes over from these addresses only."
              : "They apply once the key is activated."
        }
        verb="Save"
        onSubmit={() => void save(code)}
        unsaved={unsaved}
        onCancel={unsaved.close}
      >
        <IpField entry={entry} form={form} input={input} />
        {of.state === "active" && entry.complaints.length === 0 && <IpChangeNote before={of.allowedIps} after={entry.list} />}
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void save(PASSKEY)} />
      </KeyForm>
    </Dialog>
  );
}
