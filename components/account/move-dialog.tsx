"use client";

import { Smartphone, Ticket } from "lucide-react";
import { useState } from "react";
import { moveDevice } from "@/app/(dashboard)/account/actions";
import { callAction } from "@/components/forms/action-reply";
import { CodeField, codeIsComplete } from "@/components/forms/code-field";
import { DialogForm } from "@/components/forms/dialog-form";
import { clientError } from "@/components/forms/form-error";
import { type Credential, PASSKEY, proveByPasskey } from "@/components/forms/passkey-proof";
import { useForm } from "@/components/forms/use-form";
import { Dialog } from "@/components/ui/dialog";
import { TextAction } from "@/components/ui/text-action";
import { TextField } from "@/components/ui/text-field";
import type { FramedDialogProps } from "./account-dialog";
import { NewDevice } from "./new-device";

/**
 * First asks for a code from the current device or a recovery code, then for one from the new
 * device.
 */
export function MoveDialog({ frame, close }: FramedDialogProps) {
  const form = useForm(
    "We do not know whether the move began. The old device works until you confirm a code from the new one.",
  );
  const [code, setCode] = useState("");
  const [recovery, setRecovery] = useState<string | null>(null);
  const [device, setDevice] = useState<{ seed: string; uri: string } | null>(null);

  async function begin(given: Credential) {
    if (recovery === "") return form.refuse(clientError("recoveryCode", "Enter one of your recovery codes."));
    if (recovery === null && !codeIsComplete(form, given)) return;
    const reply = await form.ask(() =>
      recovery === null
        ? proveByPasskey(given, "account:move-device", {}, (proven) => callAction(moveDevice(proven)))
        : callAction(moveDevice({ recoveryCode: recovery })),
    );
    if (reply?.ok === true) setDevice(reply.value);
  }

  if (device) {
    return (
      <Dialog {...frame} dismissable={false}>
        <NewDevice {...device} close={close} />
      </Dialog>
    );
  }
  return (
    <Dialog {...frame} dismissable={!form.waiting}>
      <DialogForm
        form={form}
        title="Move 2FA to a new device"
        lead="Have your new device ready. The old one works until you confirm a code from the new one."
        verb="Continue"
        onSubmit={() => void begin(code)}
        onCancel={close}
      >
        {recovery === null ? (
          <div>
            <CodeField form={form} code={code} onChange={setCode} onPasskey={() => void begin(PASSKEY)} />
            <TextAction icon={Ticket} onClick={() => setRecovery("")}>
              Use a recovery code
            </TextAction>
          </div>
        ) : (
          <div>
            <TextField
              label="Recovery code"
              name="recoveryCode"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono"
              help="Sixteen letters and digits; spaces do not matter. It works once."
              value={recovery}
              onChange={(event) => setRecovery(event.target.value)}
              refusal={form.refusalOf("recoveryCode")}
            />
            <TextAction icon={Smartphone} onClick={() => setRecovery(null)}>
              Use a 2FA code
            </TextAction>
          </div>
        )}
      </DialogForm>
    </Dialog>
  );
}
