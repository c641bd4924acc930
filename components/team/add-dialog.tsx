"use client";

import { useState } from "react";
import { inviteUsers } from "@/app/(dashboard)/merchants/[merchantId]/team/actions";
import { callAction } from "@/components/forms/action-reply";
import { CodeField, codeIsComplete } from "@/components/forms/code-field";
import { DialogForm } from "@/components/forms/dialog-form";
import { clientError } from "@/components/forms/form-error";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { useForm } from "@/components/forms/use-form";
import { useUnsaved } from "@/components/forms/use-unsaved";
import { Dialog } from "@/components/ui/dialog";
import type { AssignableRole } from "@/lib/access/roles";
import { readAddresses } from "@/lib/merchants/team/addresses";
import type { Added as AddedUsers } from "@/lib/merchants/team/invite";
import { Added } from "./added";
import { addressRefusal } from "./address-refusal";
import { AddressesField } from "./addresses-field";
import { useTeam } from "./dialogs";
import { RoleChoice } from "./role-choice";
import type { FramedDialogProps } from "./team-dialog";

export function AddDialog({ frame, close }: FramedDialogProps) {
  const team = useTeam();
  const [text, setText] = useState("");
  const [role, setRole] = useState<AssignableRole>("view");
  const [code, setCode] = useState("");
  const [added, setAdded] = useState<AddedUsers | null>(null);
  const form = useForm("We do not know whether the users were added.");
  const unsaved = useUnsaved(text.trim() !== "", close);

  async function add(given: Credential) {
    const addresses = readAddresses(text);
    const refusal = addressRefusal(addresses);
    if (refusal) return form.refuse(clientError("email", refusal));
    if (!codeIsComplete(form, given)) return;
    const request = { merchantId: team.merchantId, emails: addresses.emails, role };
    const reply = await form.ask(() =>
      proveByPasskey(given, "team:invite", request, (proven) => callAction(inviteUsers(proven))),
    );
    if (reply?.ok !== true) return;
    setAdded(reply.value);
    team.refresh();
  }

  if (added) {
    return (
      <Dialog {...frame} dismissable={false}>
        <Added {...added} onDone={close} />
      </Dialog>
    );
  }
  return (
    <Dialog {...frame} onOpenChange={unsaved.close} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title="Add users"
        joint=" to "
        lead="We email them a link. You see their temporary password next, and only once."
        verb="Add"
        unsaved={unsaved}
        onSubmit={() => void add(code)}
        onCancel={unsaved.close}
      >
        <AddressesField text={text} onChange={setText} refusal={form.refusalOf("email")} />
        <RoleChoice chosen={role} onChoose={setRole} />
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void add(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}
