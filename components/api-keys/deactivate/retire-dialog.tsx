"use client";

import { useState } from "react";
import { retireApiKey } from "@/app/(dashboard)/merchants/[merchantId]/api-keys/actions";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFoot, DialogHead } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { RetirementReason } from "@/lib/api-keys/lifecycle";
import { callAction } from "../../forms/action-reply";
import { CodeField, codeIsComplete } from "../../forms/code-field";
import { DialogForm } from "../../forms/dialog-form";
import { type KeyFacts, useDialogHost } from "../../forms/dialog-host";
import { DialogStage } from "../../forms/dialog-stage";
import { clientError, ifIndeterminate } from "../../forms/form-error";
import { type RadioCard, RadioCards } from "../../forms/radio-cards";
import { useForm } from "../../forms/use-form";
import type { Frame } from "../key-dialog";
import { ContactSupport, ContactSupportNote } from "../list/contact-support-note";

export function RetireDialog({ frame: { close, end: _end, ...frame }, of }: { frame: Frame; of: KeyFacts }) {
  const desk = useDialogHost();
  const form = useForm(ifIndeterminate(of.number));
  const [reason, setReason] = useState<RetirementReason | null>(null);
  const [code, setCode] = useState("");
  const [retired, setRetired] = useState(false);

  async function retire(given: Credential) {
    if (!reason) return form.refuse(clientError("reason", "Choose a reason, then retire the key."));
    if (!codeIsComplete(form, given)) return;
    const request = { merchantId: desk.merchantId, keyId: of.id, reason };
    const reply = await form.ask(() =>
      proveByPasskey(given, "api-key:retire", request, (proven) => callAction(retireApiKey(proven))),
    );
    if (reply?.ok !== true) return;
    desk.refresh();
    if (reason === "compromised") return setRetired(true);
    toast(`Key ${of.number} retired`);
    close();
  }

  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      {retired ? (
        <DialogStage>
          <Retired number={of.number} onDone={close} />
        </DialogStage>
      ) : (
        <DialogForm
          form={form}
          title={`Retire key ${of.number}`}
          lead={`${of.hasSecret ? "It is inactive now" : "It was never activated"}. Once retired, nobody can activate it, not even Support.`}
          verb="Retire"
          danger
          onSubmit={() => void retire(code)}
          onCancel={close}
        >
          <RadioCards
            reasons={reasons(desk.support)}
            chosen={reason}
            onChoose={(chosen) => setReason(chosen)}
            refusal={form.refusalOf("reason")}
          />
          <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void retire(PASSKEY)} />
        </DialogForm>
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
      <ContactSupportNote />
    </DialogBody>
    <DialogFoot>
      <Button size="dialog" onClick={onDone}>
        Done
      </Button>
      <ContactSupport />
    </DialogFoot>
  </>
);

const reasons = (support: string): RadioCard<RetirementReason>[] => [
  { value: "unwanted", name: "No longer wanted", consequence: "No system uses it any more." },
  { value: "lost", name: "Secret lost", consequence: "Nobody can sign with it any more." },
  {
    value: "compromised",
    name: "Secret compromised",
    consequence: `Somebody else may have signed with it. Contact Support next: ${support}.`,
  },
];
