"use client";

import { type RefObject, useRef, useState } from "react";
import { type Credential, PASSKEY } from "@/components/forms/passkey-proof";
import { Announce } from "@/components/ui/announcer";
import { Note } from "@/components/ui/note";
import { CodeField, codeIsComplete } from "../../forms/code-field";
import { DialogForm } from "../../forms/dialog-form";
import type { KeyFacts } from "../../forms/dialog-host";
import type { Form } from "../../forms/use-form";
import type { Unsaved } from "../../forms/use-unsaved";
import { IpField } from "../ip-field/ip-field";
import { SeenNote } from "../ip-field/seen-note";
import type { IpEntry } from "../ip-field/use-ip-entry";
import { useSeen } from "../ip-field/use-seen";
import { MAX_REPEATS } from "./reveal-client";
import type { useActivation } from "./use-activation";

type Props = {
  form: Form;
  of: KeyFacts;
  activation: ReturnType<typeof useActivation>;
  entry: IpEntry;
  unsaved: Unsaved;
  codeInput: RefObject<HTMLInputElement | null>;
  onActivated(secret: string | null): void;
};

const FIRST = "You see its secret key next, and only once. Make sure that nobody can see or record your screen.";
const AGAIN = "Requests signed with its secret key are accepted again. The secret key is not shown again.";

const NO_ANSWER = "No answer yet. Keep this window open.";

export function ActivateForm({ form, of, activation, entry, unsaved, codeInput, onActivated }: Props) {
  const seen = useSeen(of.id);
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState("");
  const frozen = activation.doubt || form.waiting;

  async function submit(given: Credential) {
    const ips = entry.commit();
    if (!ips) return input.current?.focus();
    if (!codeIsComplete(form, given)) return;
    const reply = await form.ask(() => activation.activate(ips, given));
    if (reply?.ok === true) onActivated(reply.value.secret);
  }

  return (
    <DialogForm
      form={form}
      title={`Activate key ${of.number}`}
      lead={of.hasSecret ? AGAIN : FIRST}
      verb="Activate"
      onSubmit={() => void submit(code)}
      unsaved={unsaved}
      onCancel={unsaved.close}
    >
      <IpField {...{ entry, form, input, frozen }} />
      <SeenNote {...{ seen, entry, input, frozen }} number={of.number} />
      <CodeField input={codeInput} form={form} code={code} onChange={setCode} onPasskey={() => void submit(PASSKEY)} />
      {activation.repeat > 0 && (
        <Note tone="plain" lead={NO_ANSWER}>
          Asking again, {activation.repeat} of {MAX_REPEATS}. Nothing is done twice.
        </Note>
      )}
      <Announce text={activation.repeat > 0 && `${NO_ANSWER} Asking again, ${activation.repeat} of ${MAX_REPEATS}.`} />
    </DialogForm>
  );
}
