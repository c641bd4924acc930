"use client";

import { useState } from "react";
import { changeUserRole } from "@/app/(dashboard)/merchants/[merchantId]/team/actions";
import { callAction } from "@/components/forms/action-reply";
import { CodeField, codeIsComplete } from "@/components/forms/code-field";
import { DialogForm } from "@/components/forms/dialog-form";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { useForm } from "@/components/forms/use-form";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { ASSIGNABLE_ROLES, type AssignableRole } from "@/lib/access/roles";
import { type PersonFacts, useTeam } from "./dialogs";
import { RoleChoice } from "./role-choice";
import type { FramedDialogProps } from "./team-dialog";

export function RoleDialog({ frame, close, of }: FramedDialogProps & { of: PersonFacts }) {
  const team = useTeam();
  const [role, setRole] = useState<AssignableRole | null>(ASSIGNABLE_ROLES.find((given) => given === of.role) ?? null);
  const [code, setCode] = useState("");
  const form = useForm(`We do not know whether the role of ${of.email} was changed.`);

  async function save(given: Credential) {
    if (!role || !codeIsComplete(form, given)) return;
    const request = { merchantId: team.merchantId, userId: of.userId, role };
    const reply = await form.ask(() =>
      proveByPasskey(given, "team:change-role", request, (proven) => callAction(changeUserRole(proven))),
    );
    if (reply?.ok !== true) return;
    team.refresh();
    toast(`Role of ${of.email} saved`);
    close();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title={`Change the role of ${of.email}`}
        joint=" at "
        lead={
          of.kind === "invited"
            ? "They have not accepted yet. They get the role you save here."
            : "They lose their current role and are logged out everywhere. We email them."
        }
        verb="Save"
        aside={<RemoveInstead of={of} />}
        onSubmit={() => void save(code)}
        onCancel={close}
      >
        <RoleChoice chosen={role} onChoose={setRole} />
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void save(PASSKEY)} />
      </DialogForm>
    </Dialog>
  );
}

function RemoveInstead({ of }: { of: PersonFacts }) {
  const { open } = useTeam();
  return (
    <Button
      variant="danger-outline"
      size="dialog"
      className="in-[[role=dialog]]:bg-inset max-sm:order-last max-sm:basis-full sm:mr-auto"
      onClick={() => open({ kind: "remove", of })}
    >
      Remove user
    </Button>
  );
}
