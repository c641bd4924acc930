"use client";

import { useRef, useState } from "react";
import { type Credential, PASSKEY } from "@/components/forms/passkey-proof";
import { Announce } from "@/components/ui/announcer";
import { Note } from "@/components/ui/note";
import type { TakesOver } from "@/lib/api-keys/lifecycle";
import { CodeField, codeIsComplete } from "../../forms/code-field";
import { DialogForm } from "../../forms/dialog-form";
import { type RadioCard, RadioCards } from "../../forms/radio-cards";
import type { Form } from "../../forms/use-form";
import type { Unsaved } from "../../forms/use-unsaved";
import { MAX_REPEATS, type Rotated } from "../activate/reveal-client";
import { IP_HELP, IpField } from "../ip-field/ip-field";
import type { IpEntry } from "../ip-field/use-ip-entry";
import type { useRotation } from "./use-rotation";

type Props = {
  form: Form;
  of: { number: number };
  entry: IpEntry;
  unsaved: Unsaved;
  rotation: ReturnType<typeof useRotation>;
  onRotated(made: Rotated): void;
};

const NO_ANSWER = "No answer yet. Keep this window open.";

export function RotateForm({ form, of, entry, unsaved, rotation, onRotated }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [code, setCode] = useState("");
  const [takesOver, setTakesOver] = useState<TakesOver>("first_request");
  const frozen = rotation.doubt || form.waiting;

  async function submit(given: Credential) {
    const ips = entry.commit();
    if (!ips) return input.current?.focus();
    if (!codeIsComplete(form, given)) return;
    const reply = await form.ask(() => rotation.rotate(ips, takesOver, given));
    if (reply?.ok === true) onRotated(reply.value);
  }

  return (
    <DialogForm
      form={form}
      title={`Rotate key ${of.number}`}
      lead={`You get a new API key, and see its secret key next, only once. Make sure that nobody can see or record your screen. Key ${of.number} works until the new pair takes over; then it is refused by all gateways.`}
      verb="Rotate"
      onSubmit={() => void submit(code)}
      unsaved={unsaved}
      onCancel={unsaved.close}
    >
      <IpField
        entry={entry}
        form={form}
        input={input}
        frozen={frozen}
        help={`Carried over from key ${of.number}. ${IP_HELP}`}
      />
      <RadioCards
        legend="When the new pair takes over"
        reasons={MOMENTS}
        chosen={takesOver}
        onChoose={(chosen) => !frozen && setTakesOver(chosen)}
      />
      <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void submit(PASSKEY)} />
      {rotation.repeat > 0 && (
        <Note tone="plain" lead={NO_ANSWER}>
          Asking again, {rotation.repeat} of {MAX_REPEATS}. Nothing is done twice.
        </Note>
      )}
      <Announce text={rotation.repeat > 0 && `${NO_ANSWER} Asking again, ${rotation.repeat} of ${MAX_REPEATS}.`} />
    </DialogForm>
  );
}

const MOMENTS: RadioCard<TakesOver>[] = [
  {
    value: "first_request",
    name: "With the first request signed with the new pair",
    consequence: "For one server, or servers you switch together. Deploy it within 7 days.",
  },
  {
    value: "manual",
    name: "When I say so",
    consequence: "For several servers: give each both pairs, then press “Take over now”.",
  },
];
