"use client";

import { useState } from "react";
import { inviteUser } from "@/app/(dashboard)/merchants/[merchantId]/team/actions";
import { CodeField, codeIsWhole } from "@/components/api-keys/code-field";
import { KeyForm } from "@/components/api-keys/key-form";
import { ask } from "@/components/api-keys/reply";
import { own } from "@/components/api-keys/trouble";
import { useForm } from "@/components/api-keys/use-form";
import { type Given, PASSKEY, prove } from "@/components/passkeys/prove";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import type { GivenRole } from "@/lib/access/roles";
import type { Invited } from "@/lib/team/invite";
import { Added } from "./added";
import { useTeam } from "./desk";
import { RoleChoice } from "./role-choice";
import type { Framed } from "./team-dialog";

/** One @, and a dot after it: what the server would call malformed as well. */
const ADDRESS = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/;

export function AddDialog({ frame, close }: Framed) {
  const team = useTeam();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<GivenRole>("view");
  const [code, setCode] = useState("");
  const [added, setAdded] = useState<Invited | null>(null);
  const form = useForm("We do not know whether the user was added.");

  async function add(given: Given) {
    if (!ADDRESS.test(email.trim())) return form.refuse(own("email", "Enter one e-mail address, such as name@example.com."));
    if (!codeIsWhole(form, given)) return;
    const request = { merchantId: team.merchantId, email, role };
    const reply = await form.ask(() => prove(given, "team:invite", request, (proven) => ask(inviteUser(proven))));
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
    <Dialog {...frame} dismissable={!form.waiting}>
      <KeyForm
        form={form}
        title="Add users"
        lead="They get an activation link by mail. You get their temporary password next, once."
        verb="Add"
        onSubmit={() => void add(code)}
        onCancel={close}
      >
        <TextField
          label="Email"
          name="email"
          type="email"
          inputMode="email"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          refusal={form.refusalOf("email")}
        />
        <RoleChoice chosen={role} onChoose={setRole} />
        <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void add(PASSKEY)} />
      </KeyForm>
    </Dialog>
  );
}
