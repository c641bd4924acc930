"use client";

import { useState } from "react";
import { removeUser } from "@/app/(dashboard)/merchants/[merchantId]/team/actions";
import { callAction } from "@/components/forms/action-reply";
import { CodeField, codeIsComplete } from "@/components/forms/code-field";
import { DialogForm } from "@/components/forms/dialog-form";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { useForm } from "@/components/forms/use-form";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { type PersonFacts, useTeam } from "./dialogs";
import type { FramedDialogProps } from "./team-dialog";

export function RemoveDialog({ frame, close, of }: FramedDialogProps & { of: PersonFacts }) {
  const team = useTeam();
  const [code, setCode] = useState("");
  const [isRemoved, setIsRemoved] = useState(false);
  const form = useForm(`We do not know whether ${of.email} was removed.`);

  async function remove(given: Credential) {
    if (!codeIsComplete(form, given)) return;
    const request = { merchantId: team.merchantId, userId: of.userId };
    const reply = await form.ask(() =>
      proveByPasskey(given, "team:remove", request, (proven) => callAction(removeUser(proven))),
    );
    if (reply?.ok !== true) return;
    if (of.you) return location.assign("/login?ended=removed");
    team.refresh();
    toast(`${of.email} removed`);
    setIsRemoved(true);
    close();
  }

  return (
    <Dialog {...frame} finalFocus={isRemoved ? title : frame.finalFocus} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title={`Remove ${of.email}`}
        joint=" from "
        lead={`${consequence(of, team.merchant)} API keys they generated or activated stay as they are.`}
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

/** The focus target, because the row that opened the dialog is about to disappear. */
const title = () => document.querySelector<HTMLElement>("h1");

function consequence({ kind, you }: PersonFacts, merchant: string): string {
  if (you) return `You are logged out and lose access to ${merchant}.`;
  if (kind === "invited") return `Their invitation to ${merchant} and its link stop working.`;
  return `They are logged out and lose access to ${merchant}.`;
}
