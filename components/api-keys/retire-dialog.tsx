"use client";

import { useState } from "react";
import { retireApiKey } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Given, PASSKEY, prove } from "@/components/passkeys/prove";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { RetirementReason } from "@/lib/api-keys/lifecycle";
import { CodeField, codeIsWhole } from "./code-field";
import { type KeyFacts, useDesk } from "./desk";
import type { Frame } from "./key-dialog";
import { KeyForm } from "./key-form";
import { type Reason, Reasons } from "./reasons";
import { ask } from "./reply";
import { Stage } from "./stage";
import { ContactSupport, TellSupport } from "./tell-support";
import { doubtAbout, own } from "./trouble";
import { useForm } from "./use-form";

export function RetireDialog({ frame: { close, end: _end, ...frame }, of }: { frame: Frame; of: KeyFacts }) {
  const desk = useDesk();
  const form = useForm(doubtAbout(of.number));
  const [reason, setReason] = useState<RetirementReason | null>(null);
  const [code, setCode] = useState("");
  const [retired, setRetired] = useState(false);

  async function retire(given: Given) {
    if (!reason) return form.refuse(own("reason", "Choose a reason, then retire the key."));
    if (!codeIsWhole(form, given)) return;
    const request = { merchantId: desk.merchantId, keyId: of.id, reason };
    const reply = await form.ask(() => prove(given, "api-key:retire", request, (proven) => ask(retireApiKey(proven))));
    if (reply?.ok !== true) return;
    desk.refresh();
    if (reason === "compromised") return setRetired(true);
    toast(`Key ${of.number} retired`);
    close();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      {retired ? (
        <Stage>
          <Retired number={of.number} onDone={close} />
        </Stage>
      ) : (
        <KeyForm
          form={form}
          title={`Retire key ${of.number}`}
          lead={`${of.hasSecret ? "It is inactive now" : "It was never activated"}. Once retired, nobody can activate it, not even Support.`}
          verb="Retire"
          danger
          onSubmit={() => void retire(code)}
          onCancel={close}
        >
          <Reasons
            reasons={reasons(desk.support)}
            chosen={reason}
            onChoose={(chosen) => setReason(chosen)}
            refusal={form.refusalOf("reason")}
          />
          <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void retire(PASSKEY)} />
        </KeyForm>
      )}
    </Dialog>
  );
}

const Retired = ({ number, onDone }: { number: number; onDone(): void }) => (
  <>
    <DialogHead title={`Key ${number} is retired`} joint=", ">
      Every gateway refuses it. It is retired permanently.
    </DialogHead>
    <DialogBody>
      <TellSupport />
    </DialogBody>
    <DialogFoot>
      <Button size="dialog" onClick={onDone}>
        Done
      </Button>
      <ContactSupport />
    </DialogFoot>
  </>
);

const reasons = (support: string): Reason<RetirementReason>[] => [
  { value: "unwanted", name: "No longer wanted", consequence: "No system uses it any more." },
  { value: "lost", name: "Secret lost", consequence: "Nobody can sign with it any more." },
  {
    value: "compromised",
    name: "Secret compromised",
    consequence: `Somebody else may have signed with it. Contact Support next: ${support}.`,
  },
];
