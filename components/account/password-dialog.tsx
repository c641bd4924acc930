"use client";

import { useState } from "react";
import { changePassword } from "@/app/(dashboard)/account/actions";
import { callAction } from "@/components/forms/action-reply";
import { CodeField, codeIsComplete } from "@/components/forms/code-field";
import { DialogForm } from "@/components/forms/dialog-form";
import { clientError } from "@/components/forms/form-error";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { useForm } from "@/components/forms/use-form";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import { toast } from "@/components/ui/toast";
import { describe as sentence } from "@/lib/words/refusals/refusals";
import type { FramedDialogProps } from "./account-dialog";
import { useAccount } from "./dialogs";

export function PasswordDialog({ frame, close }: FramedDialogProps) {
  const { refresh } = useAccount();
  const form = useForm("We do not know whether your password was changed.");
  const [typed, setTyped] = useState({ current: "", next: "", confirm: "" });
  const [code, setCode] = useState("");
  const type = (name: keyof typeof typed) => ({
    type: "password",
    value: typed[name],
    onChange: (event: { target: { value: string } }) => setTyped({ ...typed, [name]: event.target.value }),
  });

  async function change(given: Credential) {
    if (!typed.current) return form.refuse(clientError("password", "Enter your current password."));
    if (!typed.next) return form.refuse(clientError("newPassword", "Enter a new password."));
    if (typed.next !== typed.confirm)
      return form.refuse(clientError("confirm", sentence({ code: "new_password_differs" })));
    if (!codeIsComplete(form, given)) return;
    const reply = await form.ask(() =>
      proveByPasskey(given, "account:change-password", typed, (proven) => callAction(changePassword(proven))),
    );
    if (reply?.ok !== true) return;
    refresh();
    toast("Password changed");
    close();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title="Change password"
        lead="Your other sessions end at once. We email you."
        verb="Change"
        onSubmit={() => void change(code)}
        onCancel={close}
      >
        <TextField
          label="Current password"
          autoComplete="current-password"
          refusal={form.refusalOf("password")}
          {...type("current")}
        />
        <TextField
          label="New password"
          autoComplete="new-password"
          help="12 to 128 characters. A few unrelated words are easy to remember."
          refusal={form.refusalOf("newPassword")}
          {...type("next")}
        />
        <TextField
          label="Confirm new password"
          autoComplete="new-password"
          refusal={form.refusalOf("confirm")}
          {...type("confirm")}
        />
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void change(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}
